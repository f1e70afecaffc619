import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { PodSandbox } from "../../../../sim/standins/pods/pod-sandbox.ts";

const PLACE = "/var/run/secrets/kubernetes.io/serviceaccount";

describe("the sandbox of a pod", () => {
  const sandbox = new PodSandbox();
  let folder: string;
  before(function () {
    if (!sandbox.possible) this.skip();
    folder = mkdtempSync(join(tmpdir(), "edge-lab-sandbox-"));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  const run = async (...command: string[]) => {
    const [program = "", ...args] = [...sandbox.wrapper(folder), ...command];
    return (await execa(program, args)).stdout;
  };

  it("shows the ServiceAccount's files where a cluster has them, as they change, to this process alone", async () => {
    writeFileSync(join(folder, "one"), "capi-system");
    symlinkSync("one", join(folder, "namespace"));
    assert.equal(await run("cat", `${PLACE}/namespace`), "capi-system");
    writeFileSync(join(folder, "one"), "changed");
    assert.equal(await run("cat", `${PLACE}/namespace`), "changed");
    assert.equal(existsSync(`${PLACE}/namespace`), false);
  });

  it("becomes the program, arguments and exit code included", async () => {
    assert.equal(await run("printf", "%s|", "a b", "$HOME"), "a b|$HOME|");
    await assert.rejects(run("sh", "-c", "exit 7"), { exitCode: 7 });
  });
});
