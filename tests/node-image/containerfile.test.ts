import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { pythonEnvironment } from "../../tools/python-environment.ts";

const root = join(import.meta.dirname, "../..");

interface Finding {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

describe("hadolint, which reads the shell in a Containerfile as well,", () => {
  let linter: string;
  before(async () => {
    linter = join(await pythonEnvironment("hadolint"), "hadolint");
  });

  /** What it finds, as `LINE CODE MESSAGE`. */
  async function findings(containerfile: string): Promise<readonly string[]> {
    const { stdout } = await execa(linter, ["--no-fail", "--format", "json", "-"], {
      input: containerfile,
      timeout: 60_000,
      // Not whatever the user has set for projects of their own.
      env: { HADOLINT_CONFIG: "", XDG_CONFIG_HOME: "/nonexistent" },
    });
    return (JSON.parse(stdout) as Finding[]).map(({ line, code, message }) => `${line} ${code} ${message}`);
  }

  const files = [
    "nodeimage/Containerfile",
    "emulator/Containerfile",
    "tests/node-image/fixture/Containerfile",
  ];
  for (const file of files) {
    it(`finds nothing in ${file}`, async () => {
      assert.deepEqual(await findings(readFileSync(join(root, file), "utf8")), []);
    });
  }

  it("finds what is wrong: in an instruction, and in the shell", async () => {
    const found = await findings("FROM a:1\nMAINTAINER me\nRUN test $1 = $HOME/x\n");
    assert.deepEqual(
      found.map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["2 DL4000", "3 SC2086"],
    );
  });
});
