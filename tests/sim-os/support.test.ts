import assert from "node:assert/strict";
import { installedSystemSupport } from "../../sim/machine/os/installed-system-support.ts";

describe("whether simulated machines can run their system here", () => {
  it("they can, or it says in plain words what is missing and what to do", async () => {
    const missing = await installedSystemSupport();
    if (missing === undefined) return;
    console.log(`      the other tests of this suite are left out: ${missing}`);
    assert.match(missing, /(Use|Run|Install|start it|Load) /);
  });

  it("a program that is not on PATH is named with its package", async () => {
    const before = process.env.PATH;
    try {
      process.env.PATH = "/nowhere";
      const missing = (await installedSystemSupport()) ?? "";
      if (process.platform === "linux" && process.getuid?.() === 0)
        assert.match(missing, /ip \(package iproute2\)/);
      else assert.notEqual(missing, "");
    } finally {
      process.env.PATH = before;
    }
  });
});
