import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../../tools/dependency-audit.ts", import.meta.url));

describe("npm run audit", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-audit-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs it with an npm that says this and ends so. */
  const audit = (says: unknown, code: number) => {
    const text = typeof says === "string" ? says : JSON.stringify(says);
    writeFileSync(join(folder, "answer"), text);
    writeFileSync(join(folder, "npm"), `#!/bin/sh\ncat '${join(folder, "answer")}'\nexit ${code}\n`, {
      mode: 0o755,
    });
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", env });
    return { status, said: stdout + stderr };
  };
  const advisory = (severity: string) => ({ vulnerabilities: { koa: { severity, range: "<3.0.1" } } });

  for (const severity of ["high", "critical"]) {
    it(`fails for an advisory that is ${severity}, naming the package`, () => {
      const { status, said } = audit(advisory(severity), 1);
      assert.equal(status, 1);
      assert.match(said, new RegExp(`koa <3\\.0\\.1: ${severity}`));
    });
  }

  it("passes for lesser ones, and for none", () => {
    assert.equal(audit(advisory("moderate"), 1).status, 0);
    const none = audit({ vulnerabilities: {} }, 0);
    assert.deepEqual(none, { status: 0, said: "audit: 0 packages with a high or critical advisory\n" });
  });

  it("says so where the registry does not tell advisories, or cannot be reached", () => {
    const silent = [
      { message: "405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk" },
      { message: "404 Not Found - POST https://registry.example/", error: { summary: "", detail: "" } },
      { error: { code: "ENOTFOUND", summary: "getaddrinfo ENOTFOUND registry.example", detail: "" } },
      { message: "request to https://registry.example/ failed, reason: connect ECONNREFUSED 192.0.2.1:443" },
    ];
    for (const answer of silent) {
      const { status, said } = audit(answer, 1);
      assert.equal(status, 0, said);
      assert.match(said, /does not tell advisories here .*nothing was checked/);
    }
  });

  it("fails when npm itself does not work", () => {
    const broken = [{ error: { code: "ENOLOCK", summary: "needs a lock file", detail: "" } }, "no JSON", ""];
    for (const answer of broken) {
      const { status, said } = audit(answer, 1);
      assert.equal(status, 1, said);
      assert.match(said, /npm gave no report/);
    }
  });
});
