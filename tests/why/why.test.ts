import { setTimeout as sleep } from "node:timers/promises";
import { installedSystemSupport } from "../../sim/machine/os/installed-system-support.ts";
import { FlightLab } from "../flight/lab/flight-lab.ts";
import { whyShape } from "../flight/lab/flight-shape.ts";
import { leaveOut } from "../support/leave-out.ts";
import { faultTable } from "./fault-table.ts";
import { faultTrial, LabLeftBroken } from "./fault-trial.ts";
import { WhyLab } from "./why-lab.ts";

/** What the lab does in its own time, on a machine that may be busy. */
const bounds = { namedMs: 15 * 60_000, wholeMs: 20 * 60_000, everyMs: 3_000 };

describe("lab why, in a whole lab with one fault after the other", () => {
  const flight = new FlightLab(whyShape);
  let lab: WhyLab | undefined;
  let stuck = false;

  before(async function () {
    leaveOut(this, await installedSystemSupport());
    await flight.beginAnew();
    await flight.up();
    lab = await WhyLab.of(flight);
  });
  after(async () => {
    flight.keepLogs("last");
    await flight.remove();
  });

  for (const { title, cause, subject, plant } of faultTable) {
    it(`${title}: ${cause}`, async function () {
      if (lab === undefined || stuck) return this.skip();
      const whole = lab;
      const { told, namedAfterMs, wholeAfterMs } = await faultTrial(
        { cause, subject: subject?.(whole), plant: (undo) => plant(whole, undo) },
        { why: (name) => whole.why(name), now: Date.now, sleep },
        bounds,
      ).catch((error: unknown) => {
        stuck = error instanceof LabLeftBroken;
        throw error;
      });
      const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(0);
      console.log(
        `      named after ${seconds(namedAfterMs)} s, whole ${seconds(wholeAfterMs)} s later; told: ${told.join(", ")}`,
      );
    });
  }
});
