import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const image = readFileSync(join(root, "emulator/Containerfile"), "utf8");

/** The image's files as its Containerfile makes them, but for the packages, which are those of the repository. */
describe("the scripts in the image", () => {
  let app: string;
  const strip = (from: string, to: string) =>
    run(process.execPath, [join(root, "emulator/build/strip-types.ts"), from, to]);

  before(async () => {
    app = mkdtempSync(join(tmpdir(), "edge-lab-image-"));
    mkdirSync(join(app, "emulator"));
    copyFileSync(join(root, "emulator/package.json"), join(app, "emulator/package.json"));
    symlinkSync(join(root, "node_modules"), join(app, "node_modules"));
    await strip(join(root, "emulator/src"), join(app, "emulator/dist"));
  });
  after(() => rmSync(app, { recursive: true, force: true }));

  it("are JavaScript, one for each source and line for line", () => {
    const sources = filesIn(join(root, "emulator/src"));
    const scripts = filesIn(join(app, "emulator/dist"));
    assert.deepEqual(scripts, sources.map((file) => file.replace(/\.ts$/, ".js")).sort());
    for (const file of scripts) {
      const script = readFileSync(join(app, "emulator/dist", file), "utf8");
      const source = readFileSync(join(root, "emulator/src", file.replace(/\.js$/, ".ts")), "utf8");
      assert.doesNotMatch(script, /["'`]\.{1,2}\/[^"'`]*\.ts["'`]/, `${file} names a source`);
      assert.equal(script.split("\n").length, source.split("\n").length, file);
    }
  });

  it("start by the image's entry point, with every driver and without the compiler of types", async () => {
    const [, entry = "[]"] = /^ENTRYPOINT (.+)$/m.exec(image) ?? [];
    const [node, ...args] = JSON.parse(entry) as string[];
    assert.equal(node, "node");
    const config = join(app, "config.json");
    const machine = { driver: "amt", address: "192.0.2.1", username: "admin", password: "P@ssw0rd" };
    const plug = { driver: "tapo", address: "192.0.2.2", username: "a@example.org", password: "marker" };
    await writeFile(
      config,
      JSON.stringify({
        machines: [
          { name: "node-1", ...machine },
          { name: "node-2", ...plug },
        ],
        users: [{ username: "admin", password: "password-marker", role: "Administrator" }],
      }),
    );
    const here = args.map((arg) => arg.replace(/^\/app\//, `${app}/`));
    const plain = ["--no-experimental-strip-types", ...here];
    const { stdout } = await run(process.execPath, [...plain, "--config", config, "--check-config"]);
    assert.match(stdout, /2 machines, 1 users, no mistake/);
  });

  it("are not made from a folder without sources, and the tool says what it wants", async () => {
    await assert.rejects(strip(join(app, "emulator/dist"), join(app, "none")), /there is no TypeScript in/);
    await assert.rejects(
      run(process.execPath, [join(root, "emulator/build/strip-types.ts")]),
      /e\.g\. src dist/,
    );
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.[a-z]+$/.test(file))
    .sort();
}
