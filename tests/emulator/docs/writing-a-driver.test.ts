import assert from "node:assert/strict";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { outputPattern } from "../../support/output-pattern.ts";
import { ShellSession } from "../../support/shell-session.ts";
import { type GuideStep, guideSteps } from "./guide-steps.ts";

const repository = join(import.meta.dirname, "../../..");
/** What of the repository the guide's reader works with. */
const copied = [
  "emulator",
  "tests/emulator/drivers/support",
  "tsconfig.json",
  "biome.json",
  "package.json",
  ".gitignore",
  ".mocharc.json",
];

/** The one thing that is not literal: two runs on one machine must not meet at the guide's ports. */
async function withFreePorts(guide: string, ports: readonly string[]): Promise<string> {
  let text = guide;
  for (const port of ports) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    assert.ok(typeof address === "object" && address !== null && guide.includes(port));
    text = text.replaceAll(port, String(address.port));
  }
  return text;
}

describe("docs/writing-a-driver.md", () => {
  let folder: string;
  let shell: ShellSession;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-guide-"));
    for (const path of copied) await cp(join(repository, path), join(folder, path), { recursive: true });
    await symlink(await realpath(join(repository, "node_modules")), join(folder, "node_modules"));
    shell = new ShellSession(folder, { npm_config_offline: "true", npm_config_loglevel: "error" });
  });

  after(async () => {
    await shell.close();
    await rm(folder, { recursive: true });
  });

  async function carryOut(step: GuideStep): Promise<void> {
    if (step.kind === "command") {
      const output = await shell.run(step.command);
      assert.match(output, outputPattern(step.output), `$ ${step.command}\n${output}`);
      return;
    }
    const path = join(folder, step.path);
    if (step.kind === "file") {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, step.text);
      return;
    }
    const text = await readFile(path, "utf8");
    assert.equal(text.split(step.before).length, 2, `${step.path} does not have, once:\n${step.before}`);
    await writeFile(
      path,
      text.replace(step.before, () => step.after),
    );
  }

  it("takes its reader to a driver that works, step by step", async () => {
    const guide = await readFile(join(repository, "docs/writing-a-driver.md"), "utf8");
    const steps = guideSteps(await withFreePorts(guide, ["31100", "31101"]));
    const kinds = new Set(steps.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ["change", "command", "file"]);
    for (const step of steps) await carryOut(step);
  });
});
