import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { outputPattern } from "../support/output-pattern.ts";
import { ShellSession } from "../support/shell-session.ts";
import { tutorialSteps } from "./tutorial-steps.ts";
import { WorkingCopy } from "./working-copy.ts";

const repository = join(import.meta.dirname, "../..");
const steps = tutorialSteps(readFileSync(join(repository, "docs/tutorial.md"), "utf8"));

/** It has the addresses of `npm start` for itself: a sim that runs already keeps its ports, and the first step says whose they are. */
describe("docs/tutorial.md, followed literally", function () {
  this.bail(true);
  let copy: WorkingCopy | undefined;
  let shell: ShellSession | undefined;
  /** Since the last block of commands began. */
  let printed: { block: string; text: string } = { block: "", text: "" };

  before(() => {
    copy = new WorkingCopy();
    shell = new ShellSession(copy.folder, {
      // What was downloaded and built for this checkout serves the copy, too.
      EDGE_LAB_CACHE: process.env.EDGE_LAB_CACHE ?? join(repository, ".edge-lab/cache"),
    });
  });

  after(async () => {
    // Nobody else's: it ends what the copy has started, whatever step the test came to.
    await shell?.run("npm stop -- --purge </dev/null");
    await shell?.close();
    copy?.remove();
  });

  for (const step of steps) {
    if (step.kind === "command") {
      it(`$ ${step.command}`, async () => {
        // In the reader's own shell, so that variables stay; the terminal that the shell itself reads from is not the command's.
        const text = await shell?.run(`{\n${step.command}\n} </dev/null`);
        const block = steps.find((one) => one.kind === "output" && one.of.includes(step.command));
        const key = block?.kind === "output" ? block.of : step.command;
        printed = { block: key, text: (printed.block === key ? printed.text : "") + (text ?? "") };
        assert.equal(shell?.exitCode, 0, text);
      });
    } else {
      it(`  … prints what it says: ${step.expected.split("\n").find((line) => !/^…?$/.test(line)) ?? "something"}`, () => {
        assert.equal(printed.block, step.of);
        assert.match(printed.text, outputPattern(step.expected));
      });
    }
  }
});
