import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

/** What is measured: what the baremetal-operator does with a host, and the making and the removal of a machine. */
export const steps = ["register", "inspect", "provision", "deprovision", "machine", "removal"] as const;
export type Step = (typeof steps)[number];

export interface FinishedStep {
  readonly step: Step;
  /** Of the host or machine. */
  readonly of: string;
  /** When it was over, in ISO 8601: with `of` and `step` it says which one it was. */
  readonly end: string;
  readonly seconds: number;
}

const schema = z.object({
  step: z.enum(steps),
  of: z.string(),
  end: z.string(),
  seconds: z.number().nonnegative(),
});

/** As many of the last ones count: hardware, images and networks change. */
const recent = 15;

/** How long things took in this lab, in its state folder; a line of JSON each. Lost with the folder, which harms nothing. */
export class StepHistory {
  readonly #file: string;
  readonly #known: FinishedStep[];

  private constructor(file: string, known: FinishedStep[]) {
    this.#file = file;
    this.#known = known;
  }

  /** @param folder of the project. Lines that cannot be understood are passed over. */
  static async open(folder: string, stack: string): Promise<StepHistory> {
    const file = join(folder, ".edge-lab", "history", `${stack}.jsonl`);
    const text = await readFile(file, "utf8").catch(() => "");
    const known = text.split("\n").flatMap((line) => {
      const step = schema.safeParse(safely(line));
      return step.success ? [step.data] : [];
    });
    return new StepHistory(file, known);
  }

  /** Keeps those that it does not have yet. @throws Error when the file cannot be written; they then count all the same. */
  async add(finished: readonly FinishedStep[]): Promise<void> {
    const fresh = finished.filter(
      ({ step, of, end }) =>
        !this.#known.some((known) => known.step === step && known.of === of && known.end === end),
    );
    if (fresh.length === 0) return;
    this.#known.push(...fresh);
    await mkdir(dirname(this.#file), { recursive: true });
    await appendFile(this.#file, fresh.map((step) => `${JSON.stringify(step)}\n`).join(""));
  }

  /** The median of the last ones in seconds; undefined as long as there is none. */
  usual(step: Step): number | undefined {
    const seconds = this.#known
      .filter((known) => known.step === step)
      .slice(-recent)
      .map((known) => known.seconds)
      .toSorted((one, other) => one - other);
    return seconds[Math.floor(seconds.length / 2)];
  }
}

function safely(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
