import { rmSync } from "node:fs";
import { join } from "node:path";
import { callsSince } from "../checks/plug-budget.ts";
import { FlightLab } from "../lab/flight-lab.ts";
import type { FlightShape } from "../lab/flight-shape.ts";
import { FlightRecorder } from "../record/flight-recorder.ts";
import { type LabView, SimView } from "../record/lab-view.ts";
import { RecordFile } from "../record/record-file.ts";
import type { LegReport, StoryReport } from "../report/flight-report.ts";
import { segments, tracks } from "../timeline/segments.ts";
import { Checks, FlightDifference } from "./checks.ts";
import type { Story } from "./story.ts";
import { Timeline } from "./timeline.ts";

export interface FlightLegOptions {
  readonly lab: FlightLab;
  /** What is recorded. */
  readonly view: LabView;
  readonly say: (line: string) => void;
  /** Leave the lab running at the end. */
  readonly keep?: boolean;
  /** Begin with the lab that an earlier flight left running. */
  readonly resume?: boolean;
}

/** One lab and the stories that follow each other in it: bring it to where a story begins, run it, write all of it down. */
export class FlightLeg {
  readonly #options: FlightLegOptions;
  readonly #recorder: FlightRecorder;
  readonly #stories: StoryReport[] = [];
  readonly #began = Date.now();
  #open = false;

  constructor(options: FlightLegOptions) {
    const { lab, view, say } = options;
    this.#options = options;
    const file = join(lab.folder, "record.jsonl");
    rmSync(file, { force: true });
    const timeline = new Timeline(say);
    this.#recorder = new FlightRecorder({
      view,
      file: new RecordFile(file),
      watch: (record) => timeline.tell(record),
    });
  }

  /** A leg in a sim of that shape. */
  static in(shape: FlightShape, options: Omit<FlightLegOptions, "lab" | "view">): FlightLeg {
    const lab = new FlightLab(shape, options);
    return new FlightLeg({ ...options, lab, view: new SimView(lab.settings) });
  }

  /** Where its records, its reports and the logs of what failed lie. */
  get folder(): string {
    return this.#options.lab.folder;
  }

  /** Runs a story. Its report says how it went; nothing is thrown. */
  async fly(story: Story): Promise<StoryReport> {
    const from = Date.now();
    const { say } = this.#options;
    const checks = new Checks(({ what, ok, found }) => say(`${ok ? "ok  " : "NOT "}      ${what}: ${found}`));
    const step = (text: string): void => this.#recorder.mark(story.id, text);
    let failure: StoryReport["failure"];
    let began = from;
    try {
      await this.#prepare(story, step);
      began = Date.now();
      step(`begins: ${story.title}`);
      await story.run({ lab: this.#options.lab, recorder: this.#recorder, checks, began, step });
    } catch (error) {
      failure = { ...differenceOf(error), logs: this.#options.lab.keepLogs(story.id) };
    }
    step(failure ? `FAILED: ${failure.what}` : "has passed");
    const { id, title, about, commands } = story;
    const report = { id, title, about, commands, from: began, to: Date.now(), checks: checks.done };
    this.#stories.push(failure ? { ...report, failure } : report);
    return this.#stories.at(-1) ?? report;
  }

  /** Ends the recording and, unless it is to be kept, the lab. @throws CommandFailure when the lab does not end. */
  async close(): Promise<void> {
    if (this.#open) await this.#recorder.stop();
    if (this.#options.keep !== true) await this.#options.lab.remove();
  }

  /** What the report shows of this leg; after close() all of it. */
  report(): LegReport {
    const records = this.#recorder.records();
    const from = this.#began;
    const to = this.#stories.at(-1)?.to ?? Date.now();
    const { name, controlPlanes, workers, spareControlPlanes, spareWorkers } = this.#options.lab.shape;
    const spares = spareControlPlanes + spareWorkers;
    return {
      lab: `${name}: ${controlPlanes} control planes, ${workers} workers, ${spares} spare hosts`,
      from,
      to,
      stories: this.#stories,
      hosts: segments(records, tracks.hosts, from, to),
      power: segments(records, tracks.power, from, to),
      machines: segments(records, tracks.machines, from, to),
      api: segments(records, tracks.api, from, to),
      calls: callsSince(records, from),
    };
  }

  async #prepare({ begins, id }: Story, step: (text: string) => void): Promise<void> {
    const first = !this.#open;
    if (first) this.#recorder.start();
    this.#open = true;
    const anew = first && this.#options.resume !== true;
    if (begins === "nothing" || anew) {
      step("forgets what there was (npm stop -- --purge)");
      await this.#options.lab.beginAnew();
    }
    if (begins === "nothing" || (await this.#options.lab.isUp())) return;
    step(`brings its lab up first (npm start)`);
    await this.#options.lab.up();
    this.#recorder.mark(id, "its lab is up");
  }
}

/** Also of an error that no check threw: a command that failed, a wait that found no end. */
function differenceOf(error: unknown): { what: string; expected: string; actual: string } {
  if (error instanceof FlightDifference) {
    const { what, expected, actual } = error;
    return { what, expected, actual };
  }
  if (!(error instanceof Error)) return { what: "error", expected: "none", actual: String(error) };
  return { what: error.name, expected: "that the story goes on", actual: error.message };
}
