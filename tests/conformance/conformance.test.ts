/**
 * `npm run conformance -- --own` as a suite. Needs Python 3.11, and PyPI on the first run; the two tools that want DMTF's
 * schemas or Ironic's profile are skipped where SCHEMA_DIR or PROFILE does not name them.
 */
import assert from "node:assert/strict";
import type { CheckResult } from "../ironic-check/check-results.ts";
import { OwnLab } from "../ironic-check/own-lab.ts";
import { Conformance, type ConformanceOptions, TOOLS } from "./conformance.ts";
import { knownFacts } from "./known-facts.ts";

describe("DMTF's public tools against the emulator", () => {
  const options: ConformanceOptions = { schemas: process.env.SCHEMA_DIR, profile: process.env.PROFILE };
  let conformance: Conformance;
  let lab: OwnLab;

  before(async () => {
    conformance = await Conformance.prepare(options);
    lab = await OwnLab.start({ network: "127.31.3", facts: knownFacts });
  });

  after(async () => {
    await lab?.stop();
  });

  for (const tool of TOOLS) {
    it(tool, async function () {
      const missing = Conformance.missing(tool, options);
      if (missing !== undefined) {
        console.log(`      skipped: ${missing}`);
        this.skip();
      }
      const results: CheckResult[] = [];
      await conformance.run(tool, lab.target, (result) => results.push(result));
      const failed = results.filter(({ passed }) => !passed);
      assert.ok(results.length > 0, "the tool told nothing");
      assert.deepEqual(failed, []);
    });
  }
});
