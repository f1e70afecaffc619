import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Files git tracks or would track: caches and installed packages are left out by .gitignore. */
function sources(...patterns: string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  return execFileSync("git", args, { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "");
}

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
}

/** The top folder of the repository that a relative import of `file` ends in. */
function topFolder(file: string, specifier: string): string {
  return join(dirname(file), specifier).split("/")[0] ?? "";
}

describe("the rules of the house", () => {
  it("keeps components/ and index.ts free of the simulation", () => {
    for (const file of sources("components/*.ts", "index.ts")) {
      const bad = imports(file).filter((specifier) => topFolder(file, specifier) === "sim");
      assert.deepEqual(bad, [], `${file} imports the simulation`);
    }
  });

  it("lets emulator/ import nothing outside itself", () => {
    const files = sources("emulator/*.ts");
    assert.ok(files.length > 0);
    for (const file of files) {
      const bad = imports(file).filter((specifier) => topFolder(file, specifier) !== "emulator");
      assert.deepEqual(bad, [], `${file} reaches outside emulator/`);
    }
  });

  it("keeps index.ts to one screen", () => {
    const lines = readFileSync(join(root, "index.ts"), "utf8").trimEnd().split("\n").length;
    assert.ok(lines <= 50, `index.ts has ${lines} lines`);
  });

  it("commits no stack passphrase, salt or encrypted secret", () => {
    const stackFiles = execFileSync("git", ["ls-files", "Pulumi.*.yaml"], { cwd: root, encoding: "utf8" });
    for (const file of stackFiles.split("\n").filter((name) => name !== "")) {
      // What is committed counts, not the working tree: Pulumi itself writes a salt there.
      const text = execFileSync("git", ["show", `HEAD:${file}`], { cwd: root, encoding: "utf8" });
      assert.doesNotMatch(text, /^encryptionsalt:|^\s+secure:/m, `${file} holds encrypted values or a salt`);
    }
  });
});
