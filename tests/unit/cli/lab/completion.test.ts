import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { completionScript, shells } from "../../../../cli/lab/completion.ts";
import { labProgram } from "../../../../cli/lab/lab-program.ts";

/** Whether a shell is on this machine: each script is at least read by its own shell where that is there. */
const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).error === undefined;

describe("lab completion", () => {
  const program = labProgram();
  const names = program.commands.map((command) => command.name());

  for (const shell of shells) {
    it(`for ${shell} knows every command and option`, () => {
      const script = completionScript(program, shell);
      for (const name of names) assert.match(script, new RegExp(`\\b${name}\\b`));
      for (const option of program.commands.flatMap((command) => command.options)) {
        assert.ok(script.includes(option.long?.slice(2) ?? ""), option.flags);
      }
    });

    it(`for ${shell} is a script that ${shell} can read`, function () {
      if (!has(shell)) this.skip();
      const { status, stderr } = spawnSync(shell, ["-n"], {
        input: completionScript(program, shell),
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
    });
  }

  describe("in bash", () => {
    /** What bash offers for the last of the words. */
    function offered(...words: string[]): string[] {
      const list = words.map((word) => `'${word}'`).join(" ");
      const script = `${completionScript(program, "bash")}
COMP_WORDS=(lab ${list}); COMP_CWORD=${words.length}; _lab; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      return stdout.split("\n").filter((line) => line !== "");
    }

    it("completes commands, also after the options before them", () => {
      assert.deepEqual(offered("ho"), ["hosts"]);
      assert.deepEqual(offered("--stack", "why", "do"), ["doctor"]);
      assert.deepEqual(
        offered("")
          .filter((word) => !word.startsWith("-"))
          .sort(),
        [...names].sort(),
      );
    });

    it("completes a command's own options, and what an option or an argument chooses from", () => {
      assert.ok(offered("why", "--").includes("--patience"));
      assert.ok(!offered("why", "--").includes("--interval"));
      assert.deepEqual(offered("kubeconfig", "--from", "s"), ["stack"]);
      assert.deepEqual(offered("power", "x", "re"), ["restart"]);
      assert.deepEqual(offered("completion", "z"), ["zsh"]);
    });

    it("completes files where an option takes one", () => {
      assert.ok(offered("kubeconfig", "--output", "package.").includes("package.json"));
    });
  });
});
