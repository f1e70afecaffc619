import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { parseExposition } from "../support/parse-exposition.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";

describe("a disk that cannot be written", () => {
  let lab: TestEmulator;
  let blocker: string;

  beforeEach(async () => {
    lab = await testEmulator();
    blocker = join(lab.folder, "data", "emulator.sqlite.new");
    await eventually(async () => assert.equal(lab.devices["node-1"].reads, 1));
    // A folder in the place of the temporary file: also root cannot write there.
    await eventually(() => mkdir(blocker).then(() => undefined));
  });

  afterEach(async () => {
    await lab.stop();
  });

  const failing = async (): Promise<number | undefined> => {
    const { text } = await lab.reader.get("/metrics");
    return parseExposition(text).get("redfish_store_failing")?.samples[0]?.value;
  };

  it("is told by health, metric and log, and stops neither power control nor logins", async () => {
    const once = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
    assert.equal((await lab.operator.patch(SYSTEM, { Boot: once })).status, 200);
    const reset = await lab.operator.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: "On" });
    assert.equal(reset.status, 204);
    assert.deepEqual(lab.devices["node-1"].acts[0]?.boot, { target: "Pxe", mode: "UEFI" });
    assert.equal(await failing(), 1);
    const ready = await lab.anonymous.get("/readyz");
    assert.equal(ready.status, 200);
    assert.match(ready.text, /data folder cannot be written/);
    assert.match(lab.log(), /the store cannot be written, state is kept in memory only/);
    await rm(blocker, { recursive: true });
    assert.equal((await lab.operator.patch(SYSTEM, { Boot: once })).status, 200);
    assert.equal(await failing(), 0);
    assert.ok(!(await lab.anonymous.get("/readyz")).text.includes("problem"));
  });
});
