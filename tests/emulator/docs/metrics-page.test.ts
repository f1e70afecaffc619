import assert from "node:assert/strict";
import { metricTable } from "../../docs/support/metric-tables.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Family, parseExposition } from "../support/parse-exposition.ts";

describe("docs/metrics.md", () => {
  let lab: TestEmulator;
  let served: Map<string, Family>;
  const table = metricTable("Metrics of the emulator");

  before(async () => {
    lab = await testEmulator();
    // So that most metrics have samples: an answer, a device call, a login, a write.
    await lab.admin.get("/redfish/v1/Systems/node-1");
    await lab.admin.post("/redfish/v1/Systems/node-1/Actions/ComputerSystem.Reset", { ResetType: "On" });
    served = parseExposition((await lab.reader.get("/metrics")).text);
  });

  after(() => lab.stop());

  it("lists every metric that is served, and no other, with its type", () => {
    const types = [...served].map(([name, { type }]) => `${name} ${type}`);
    assert.deepEqual(table.map(({ name, type }) => `${name} ${type}`).toSorted(), types.toSorted());
  });

  it("tells their labels", () => {
    let seen = 0;
    for (const { name, labels } of table) {
      for (const sample of served.get(name)?.samples ?? []) {
        const own = Object.keys(sample.labels).filter((label) => label !== "le");
        assert.deepEqual(own.toSorted(), [...labels].toSorted(), name);
        seen += 1;
      }
    }
    assert.ok(seen > 40, `${seen} samples`);
  });
});
