import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { leaveOut } from "../support/leave-out.ts";
import { nodeUp, ownNode, tracesBefore } from "./shared-node.ts";
import { hostTraces, newTraces } from "./support/host-traces.ts";

describe("a real node that was taken down", () => {
  before(async function () {
    leaveOut(this, ownNode ? await nodeUp() : "this machine's k3s stays");
  });

  it("leaves no process, mount, namespace, interface, firewall rule, control group or file behind", async () => {
    assert.ok(ownNode && tracesBefore);
    const marks = ownNode.marks();
    await ownNode.down();
    const none = { processes: [], mounts: [], interfaces: [], rules: [], controlGroups: [] };
    assert.deepEqual(newTraces(tracesBefore, await hostTraces(), marks), none);
    assert.equal(existsSync(ownNode.settings.stateDir), false);
  });
});
