import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installedSystemSupport } from "../../../sim/machine/os/installed-system-support.ts";
import { leaveOut } from "../../support/leave-out.ts";
import type { FlightShape } from "../lab/flight-shape.ts";
import { reportHtml } from "../report/report-html.ts";
import { FlightLeg } from "./flight-leg.ts";
import type { Story } from "./story.ts";

/**
 * A mocha suite of stories that follow each other in one lab: a test for each. After the first that fails the others are
 * skipped, since they would find another lab than they are written for. The report is .edge-lab/flight/LAB/report.html.
 */
export function mochaLeg(title: string, shape: FlightShape, stories: readonly Story[]): void {
  describe(title, () => {
    let leg: FlightLeg | undefined;
    let failed = false;

    before(async function () {
      leaveOut(this, await installedSystemSupport());
      leg = FlightLeg.in(shape, { say: (line) => console.log(`    ${line}`) });
    });

    after(async () => {
      if (leg === undefined) return;
      await leg.close();
      const report = join(leg.folder, "report.html");
      writeFileSync(report, reportHtml({ title, legs: [leg.report()] }));
      console.log(`    report: ${report}`);
    });

    for (const story of stories) {
      it(`${story.id}. ${story.title}`, async function () {
        if (failed || leg === undefined) return this.skip();
        const { failure } = await leg.fly(story);
        failed = failure !== undefined;
        if (failure) {
          const { what, expected, actual, logs } = failure;
          assert.fail(`${what}\n  expected: ${expected}\n  actual:   ${actual}\n  logs:     ${logs}`);
        }
      });
    }
  });
}
