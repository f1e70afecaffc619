/**
 * `npm run ironic-check -- --own` as a suite: each group of checks is a test. Needs Python 3.11, and PyPI on the first
 * run.
 */
import assert from "node:assert/strict";
import type { CheckResult } from "./check-results.ts";
import { IronicCheck } from "./ironic-check.ts";
import { OwnLab } from "./own-lab.ts";

describe("Ironic's own clients against the emulator", () => {
  const results: CheckResult[] = [];
  before(async () => {
    const check = await IronicCheck.prepare();
    const lab = await OwnLab.start();
    try {
      await check.run(lab.target, (result) => results.push(result));
    } finally {
      await lab.stop();
    }
  });

  const groups = {
    "TLS, sessions and passwords": /^login/,
    "what is read at enrolment": /^resources/,
    "power and boot of AMT machines": /^m920q.*\(amt\)$/,
    "power and boot of machines behind plugs": /^optiplex.*\(tapo\)$/,
    "what is refused": /^refusals/,
    "the request pattern, by the devices' counters": /^polling/,
    "Ironic's own driver: login and errors": /^Ironic's login$/,
    "Ironic's own driver: power and boot": /^Ironic: /,
    "Ironic's own driver: synchronisation": /^Ironic's synchronisation$/,
    "every group came to its end": /^end/,
  };
  for (const [title, pattern] of Object.entries(groups)) {
    it(title, () => {
      const made = results.filter(({ group }) => pattern.test(group));
      const failed = made.filter(({ passed }) => !passed);
      assert.ok(made.length > 0, "no check was made");
      assert.deepEqual(failed, []);
    });
  }
});
