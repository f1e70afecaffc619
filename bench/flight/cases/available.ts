import { installedSystemSupport } from "../../../sim/machine/os/installed-system-support.ts";
import type { BenchCase } from "../bench-case.ts";
import { callsRows } from "../calls-rows.ts";
import { hostPhases } from "../host-phases.ts";
import { milestones } from "../milestones.ts";
import { phaseRows } from "../phase-rows.ts";

const CONTROL_PLANES = 3;

/** From nothing to a cluster of all hosts that is Available, by `npm start`. */
export function availableCase(hosts: number, limitMinutes: number): BenchCase {
  const workerHosts = hosts - CONTROL_PLANES;
  return {
    id: `available-${hosts}`,
    title: `${CONTROL_PLANES} control planes and ${workerHosts} workers, from nothing to Available`,
    lab: { controlPlaneHosts: CONTROL_PLANES, workerHosts, cluster: "all", await: "full" },
    limitMinutes,
    measure: async ({ lab, recorder, from, step }) => {
      const missing = await installedSystemSupport();
      if (missing !== undefined) throw new Error(missing);
      step("npm start");
      await lab.up();
      const until = Date.now();
      await recorder.look(true);
      const records = recorder.records();
      return {
        milestones: [
          ...milestones(records, from, hosts),
          { what: "npm start has ended", seconds: (until - from) / 1000 },
        ],
        phases: phaseRows(hostPhases(records, from, until), records),
        calls: callsRows(records, from),
      };
    },
  };
}
