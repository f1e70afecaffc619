import { status } from "../../sim/commands/status.ts";
import { simSettings } from "../../sim/settings.ts";
import type { CheckTarget } from "./check-target.ts";
import { OwnLab, type OwnLabOptions } from "./own-lab.ts";
import { simTarget } from "./sim-target.ts";

export interface TargetChoice {
  /** The sim's emulator, whatever its machines do. */
  readonly sim?: true;
  /** An emulator of its own, beside any sim. */
  readonly own?: true;
}

export interface ChosenTarget {
  readonly target: CheckTarget;
  /** Ends what was started for the check. */
  readonly stop: () => Promise<void>;
}

/**
 * The emulator that a check is about: without a wish the sim's, if the sim is up and none of its machines runs; else one of
 * its own, made with the given options.
 * @throws Error when both are wished, or a sim that is not up
 */
export async function chooseTarget(
  { sim, own }: TargetChoice,
  options: OwnLabOptions = {},
): Promise<ChosenTarget> {
  if (sim && own) throw new Error("--sim and --own exclude each other.");
  if (!own) {
    const settings = simSettings();
    const { state, devices } = await status(settings);
    const running = devices.filter(({ power }) => power !== "off").map(({ name }) => name);
    if (sim && state !== "up") throw new Error(`The sim is ${state}. Fix: bring it up with npm start.`);
    if (state === "up" && (sim || running.length === 0)) {
      return { target: await simTarget(settings), stop: async () => undefined };
    }
    if (state === "up") {
      console.log(`The sim is left alone, since machines of it run (${running.join(", ")}); --sim takes it.`);
    }
  }
  const lab = await OwnLab.start(options);
  return { target: lab.target, stop: () => lab.stop() };
}
