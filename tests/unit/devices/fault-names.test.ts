import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { amtFaultsSchema } from "../../../sim/devices/amt/amt-faults.ts";
import { tapoFaultsSchema } from "../../../sim/devices/tapo/tapo-faults.ts";

const page = readFileSync(new URL("../../../docs/sim.md", import.meta.url), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| "));

describe("docs/sim.md", () => {
  it("names every fault that the devices have", () => {
    const named = new Set(rows.join("\n").match(/(?<=`)\w+(?=`)/g));
    const all = [...Object.keys(amtFaultsSchema.shape), ...Object.keys(tapoFaultsSchema.shape)];
    assert.deepEqual(
      all.filter((fault) => !named.has(fault)),
      [],
    );
  });
});
