import type { WhyReport } from "../../cli/lab/why/why.ts";
import type { Lift } from "./planted-fault.ts";

/** The fault as a trial sees it. */
export interface TriedFault {
  readonly cause: string;
  readonly subject: string | undefined;
  readonly plant: (undo: (lift: Lift) => void) => Promise<unknown>;
}

/** Time, and the command under trial. */
export interface TrialMeans {
  /** `lab why [NAME] --json`. */
  readonly why: (subject: string | undefined) => Promise<WhyReport>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export interface TrialBounds {
  /** Until the cause is named, and until the lab is whole again. */
  readonly namedMs: number;
  readonly wholeMs: number;
  readonly everyMs: number;
}

export interface TrialResult {
  /** What was named first in each answer that differed from the one before; "nothing" where all was well. */
  readonly told: readonly string[];
  readonly namedAfterMs: number;
  readonly wholeAfterMs: number;
}

/** `lab why` did not name what was planted, or the lab did not come to itself again; tells what it named instead. */
export class TrialFailure extends Error {
  override readonly name = "TrialFailure";
}

/** The lab is another one than before: what is planted next would be tried in a lab that it is not meant for. */
export class LabLeftBroken extends Error {
  override readonly name = "LabLeftBroken";
}

/**
 * Plants a fault, asks `lab why` until it names the cause, takes the fault away whatever came of it, and asks until nothing is wrong.
 * @throws TrialFailure, LabLeftBroken; what the planting itself throws.
 */
export async function faultTrial(
  fault: TriedFault,
  means: TrialMeans,
  bounds: TrialBounds,
): Promise<TrialResult> {
  const lifts: Lift[] = [];
  const told: string[] = [];
  const askUntil = async (
    subject: string | undefined,
    fits: (id: string) => boolean,
    limit: number,
    what: string,
  ): Promise<number> => {
    const start = means.now();
    for (;;) {
      const { cause, notSeen } = await means.why(subject);
      const id = cause?.id ?? "nothing";
      if (told.at(-1) !== id) told.push(id);
      const took = means.now() - start;
      if (fits(id)) return took;
      if (took >= limit) {
        const last = cause
          ? `${cause.at} (${id}): ${cause.said}`
          : `nothing wrong; not seen: ${notSeen.join(", ") || "none"}`;
        throw new TrialFailure(
          `${what} within ${Math.round(limit / 1000)} s; it named ${told.join(", then ")}; at last ${last}`,
        );
      }
      await means.sleep(bounds.everyMs);
    }
  };
  const isIt = (id: string): boolean => id === fault.cause;
  const isWell = (id: string): boolean => id === "nothing";
  let namedAfterMs = 0;
  let failure: unknown;
  try {
    await fault.plant((lift) => lifts.push(lift));
    namedAfterMs = await askUntil(fault.subject, isIt, bounds.namedMs, `${fault.cause} was not named`);
  } catch (error) {
    failure = error;
  }
  try {
    await undo(lifts);
    const wholeAfterMs = await askUntil(undefined, isWell, bounds.wholeMs, "the lab was not whole again");
    if (failure === undefined) return { told, namedAfterMs, wholeAfterMs };
  } catch (error) {
    const before = failure === undefined ? "" : `${textOf(failure)}; and then `;
    throw new LabLeftBroken(`${before}${textOf(error)}`);
  }
  throw failure;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What was done last is undone first, and all of it, whatever fails meanwhile. */
async function undo(lifts: readonly Lift[]): Promise<void> {
  const failures: unknown[] = [];
  for (const lift of lifts.toReversed()) {
    try {
      await lift();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the fault could not be lifted: ${failures.join("; ")}`);
}
