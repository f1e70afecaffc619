import assert from "node:assert/strict";
import { labProgram } from "../../../cli/lab/lab-program.ts";
import { labNotes } from "../../../components/lab-notes.ts";
import { labConfig } from "../harness/lab-config.ts";

const nothing = { components: {}, addOns: [], problems: [] } as never;

describe("what a stack's outputs say to do next", () => {
  it("is commands that can be pasted as they are: of this stack, with what each is for", async () => {
    const { nextSteps } = labNotes(await labConfig("lab"), nothing, "mylab");
    assert.match(
      nextSteps[0] ?? "",
      /kubeconfig edge --output edge\.kubeconfig {3}# then: kubectl --kubeconfig edge/,
    );
    const commands = labProgram().commands.map((command) => command.name());
    for (const step of nextSteps) {
      const [, command = ""] = /^npm run -s lab -- --stack mylab (\w+)[^#]* {3}# \w/.exec(step) ?? [];
      assert.ok(commands.includes(command), step);
    }
  });

  it("is to watch where no cluster was waited for, and to look at hosts where there is none", async () => {
    const waiting = labNotes(await labConfig("lab", { "edge-lab:await": "none" }), nothing, "mylab");
    assert.match(waiting.nextSteps[0] ?? "", / watch /);
    const bare = labNotes(await labConfig("lab", { "edge-lab:clusters": [] }), nothing, "mylab");
    assert.match(bare.nextSteps[0] ?? "", / hosts /);
    assert.ok(bare.nextSteps.every((step) => !step.includes("kubeconfig")));
  });
});
