import assert from "node:assert/strict";
import { flowchart } from "../../site/diagrams/flowchart.ts";

const arrowsOf = (text: string): string[] => text.split("\n").filter((line) => line.includes("-->"));

describe("a flow chart", () => {
  it("leaves out what follows from other arrows, and repetitions", () => {
    const text = flowchart(
      "TB",
      ["a", "b", "c"],
      [
        ["a", "b"],
        ["b", "c"],
        ["a", "c"],
        ["a", "b"],
      ],
    );
    assert.deepEqual(arrowsOf(text), ["  a --> b", "  b --> c"]);
  });

  it("keeps all arrows where there is a circle, since none follows for certain", () => {
    const text = flowchart(
      "LR",
      ["a", "b", "c"],
      [
        ["a", "b"],
        ["b", "a"],
        ["b", "c"],
        ["a", "c"],
      ],
    );
    assert.equal(arrowsOf(text).length, 4);
  });

  it("shows nodes without arrows, and names that are no identifiers", () => {
    assert.equal(flowchart("LR", ["no de"], []), 'flowchart LR\n  no_de["no de"]');
  });
});
