import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tutorialSteps } from "../tutorial/tutorial-steps.ts";

const fence = "```";
const block = (kind: string, text: string): string => `${fence}${kind}\n${text}\n${fence}\n`;

describe("the steps of a tutorial", () => {
  it("are its commands one by one, with what they print", () => {
    const text = block("sh", "one\ntwo 'a\nb'\nfor x in 1; do\n  three\ndone") + block("text", "out …");
    const steps = tutorialSteps(`Words\n\n${text}`);
    assert.deepEqual(
      steps.map((step) => (step.kind === "command" ? step.command : step.expected)),
      ["one", "two 'a\nb'", "for x in 1; do\n  three\ndone", "out …\n"],
    );
  });

  it("leave the second terminal to the reader", () => {
    assert.deepEqual(tutorialSteps(block("console", "$ lab watch")), []);
  });

  it("refuse what nobody could run", () => {
    assert.throws(() => tutorialSteps(block("yaml", "a: 1")), /nobody types/);
    assert.throws(() => tutorialSteps(block("sh", "echo 'open")), /no end/);
  });

  it("of docs/tutorial.md begin with npm start and end with npm stop", () => {
    const steps = tutorialSteps(readFileSync(join(import.meta.dirname, "../../docs/tutorial.md"), "utf8"));
    const commands = steps.flatMap((step) => (step.kind === "command" ? [step.command] : []));
    assert.equal(commands[0], "npm start");
    assert.equal(commands.at(-1), "npm stop");
    assert.ok(commands.length > 8);
  });
});
