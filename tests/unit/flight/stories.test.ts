import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planFlight } from "../../flight/runner/plan.ts";
import { Timeline } from "../../flight/runner/timeline.ts";
import { storyTable } from "../../flight/stories/story-table.ts";
import { repository } from "../config/sample-lab.ts";
import { made } from "./made-records.ts";

describe("the stories", () => {
  it("are those of a lab's whole life, each with what it proves and what to type", () => {
    const letters = storyTable.map(({ id }) => id[0]).sort();
    assert.deepEqual([...new Set(letters)], [..."abcdefghijklm"]);
    const ids = storyTable.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, title, about, commands } of storyTable) {
      assert.ok(title.length > 0 && about.length > 40 && commands.length > 0, id);
    }
  });

  it("stand in docs/flights.md with the lab that they take", () => {
    const text = readFileSync(join(repository, "docs/flights.md"), "utf8");
    const rows = [...text.matchAll(/^\| ([a-m](?:-\w+)?) \| (\w+) \|/gm)].map(
      ([, id, lab]) => `${id} ${lab}`,
    );
    assert.deepEqual(rows, storyTable.map(({ id, lab }) => `${id} ${lab}`).sort());
  });

  it("end what nobody needs any more last", () => {
    for (const { stories } of planFlight(["all"], storyTable)) {
      assert.deepEqual(
        stories.filter(({ ends }) => ends === "nothing").map(({ id }) => id),
        stories.slice(-1).map(({ id }) => id),
      );
      assert.ok(stories.slice(1).every(({ begins }) => begins === "running"));
    }
  });
});

describe("the plan of a flight", () => {
  const planned = (...asked: string[]) =>
    planFlight(asked, storyTable).map(({ lab, stories }) => [lab, ...stories.map(({ id }) => id)].join(" "));

  it("flies all in two labs", () => {
    assert.deepEqual(planned("all"), ["rack a i b f", "small g h j m c e d k l f-dead"]);
  });

  it("flies in the order of the table, whatever the order asked, and none twice", () => {
    assert.deepEqual(planned("f", "a", "f"), ["rack a f"]);
    assert.deepEqual(planned("k", "b"), ["rack b", "small k"]);
  });

  it("names what there is when something else is asked for, or nothing", () => {
    assert.throws(() => planned("a", "z"), /no story z\..*all, a, i, b/);
    assert.throws(() => planned(), /Which stories\?/);
  });
});

describe("the timeline", () => {
  it("has a line for each change that tells something, and none twice", () => {
    const lines: string[] = [];
    const timeline = new Timeline((line) => lines.push(line));
    timeline.tell(made.host(1, "a", "inspecting"));
    timeline.tell(made.host(2, "a", "inspecting", { online: false }));
    timeline.tell(made.host(3, "a", "inspecting", { on: true, error: "inspection error:\n no network" }));
    timeline.tell(made.calls(4, "a", 3));
    timeline.tell({
      kind: "cluster",
      at: 5_000,
      name: "edge",
      conditions: { Available: "False", Paused: "False" },
    });
    timeline.tell({
      kind: "cluster",
      at: 6_000,
      name: "edge",
      conditions: { Available: "False", Paused: "True" },
    });
    timeline.tell({ kind: "mark", at: 7_000, story: "a", text: "again" });
    timeline.tell({ kind: "mark", at: 8_000, story: "a", text: "again" });
    assert.deepEqual(
      lines.map((line) => line.replaceAll(/ {2,}/g, "  ")),
      [
        "00:00:01  host a  inspecting",
        "00:00:03  host a  inspecting, on  ! inspection error: no network",
        "00:00:05  cluster edge  Available False",
        "00:00:07  story a  again",
        "00:00:08  story a  again",
      ],
    );
  });
});
