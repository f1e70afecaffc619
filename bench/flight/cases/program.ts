import { execa } from "execa";
import { CommandFailure } from "../../../tests/flight/lab/flight-lab.ts";
import type { BenchCase } from "../bench-case.ts";
import { commandTime } from "../command-time.ts";

const CONTROL_PLANE_HOSTS = 5;
const RUNS = 3;

/** The Pulumi program alone, with nothing to do, by the number of declared hosts; no controller runs. */
export function programCase(hosts: number, limitMinutes: number): BenchCase {
  return {
    id: `program-${hosts}`,
    title: `pulumi preview and up without a change, ${hosts} hosts`,
    lab: {
      controlPlaneHosts: CONTROL_PLANE_HOSTS,
      workerHosts: hosts - CONTROL_PLANE_HOSTS,
      cluster: "six",
      await: "none",
    },
    limitMinutes,
    measure: async ({ lab, from, signal, step }) => {
      step("npm start");
      await lab.up();
      const declared = (Date.now() - from) / 1000;
      const pulumi = async (command: string, ...args: string[]): Promise<void> => {
        const { code, stdout, stderr } = await lab.pulumi(command, ["--expect-no-changes", ...args]);
        if (code === 0) return;
        throw new CommandFailure(`pulumi ${command} has something to do, or failed:\n${stdout}\n${stderr}`);
      };
      step("pulumi preview, pulumi up");
      return {
        milestones: [{ what: "npm start has ended, everything is declared", seconds: declared }],
        commands: [
          // What seconds on this machine at this moment are worth.
          await commandTime("node --eval 0", RUNS, () => execa(process.execPath, ["--eval", "0"]), signal),
          await commandTime("pulumi preview", RUNS, () => pulumi("preview"), signal),
          await commandTime("pulumi up", RUNS, () => pulumi("up", "--yes", "--skip-preview"), signal),
        ],
      };
    },
  };
}
