import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { controlPlanePorts, kubeconfigFile, simSettings } from "../../../sim/settings.ts";

describe("the sim's settings", () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), "edge-lab-sim-settings-"));
  });
  afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

  const made = (server: string) => {
    const settings = simSettings({ stateDir, firstPort: 27_440 });
    writeFileSync(kubeconfigFile(settings), `clusters:\n- cluster:\n    server: ${server}\n  name: c\n`);
  };

  it("take the usual ports for a control plane that is not made yet, or those that are asked for", () => {
    assert.equal(simSettings({ stateDir }).firstPort, 26_440);
    assert.equal(simSettings({ stateDir, firstPort: 27_440 }).firstPort, 27_440);
  });

  it("keep the ports that a control plane was made with, so that the option is needed once", () => {
    made("https://127.0.0.1:27440");
    assert.equal(controlPlanePorts(simSettings({ stateDir })).apiServer, 27_440);
    assert.equal(simSettings({ stateDir, firstPort: 27_440 }).firstPort, 27_440);
  });

  it("refuse other ports for it, and say what to do", () => {
    made("https://127.0.0.1:27440");
    assert.throws(() => simSettings({ stateDir, firstPort: 28_440 }), /28440.*27440.*Fix: .*--purge/s);
  });

  it("make nothing of a kubeconfig that is no control plane's", () => {
    for (const server of ["https://example.org:6443", "https://127.0.0.1", "none"]) {
      made(server);
      assert.equal(simSettings({ stateDir }).firstPort, 26_440);
    }
  });
});
