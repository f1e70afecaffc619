import { rmSync } from "node:fs";
import { join } from "node:path";
import { FlightLab } from "../../tests/flight/lab/flight-lab.ts";
import { FlightRecorder } from "../../tests/flight/record/flight-recorder.ts";
import { SimView } from "../../tests/flight/record/lab-view.ts";
import { RecordFile } from "../../tests/flight/record/record-file.ts";
import { Timeline } from "../../tests/flight/runner/timeline.ts";
import type { BenchCase } from "./bench-case.ts";
import { benchShape } from "./bench-lab.ts";
import type { BenchResult } from "./bench-result.ts";
import { benchStackFile } from "./bench-stack-file.ts";
import { LoadMeter } from "./load-meter.ts";

export interface RunCaseOptions {
  readonly say: (line: string) => void;
  /** Ends it early; its lab is taken down all the same. */
  readonly signal: AbortSignal;
}

/**
 * Measures one case in a lab that is made for it and taken down after it, whatever happens. What was recorded stays in
 * .edge-lab/flight/bench/CASE.jsonl, and of a case that failed the logs beside it.
 *
 * @throws Error with what went wrong; when the time of the case is over, with what it was doing then.
 */
export async function runCase(bench: BenchCase, { say, signal }: RunCaseOptions): Promise<BenchResult> {
  const { id, title, limitMinutes } = bench;
  const lab = new FlightLab(benchShape, {
    stackFile: (original, shape, kubeconfig) => benchStackFile(original, shape, kubeconfig, bench.lab),
  });
  const file = join(lab.folder, `${id}.jsonl`);
  rmSync(file, { force: true });
  const timeline = new Timeline(say);
  const recorder = new FlightRecorder({
    view: new SimView(lab.settings),
    file: new RecordFile(file),
    watch: (record) => timeline.tell(record),
  });
  const limit = AbortSignal.timeout(limitMinutes * 60_000);
  const ended = AbortSignal.any([signal, limit]);
  const interrupt = (): void => lab.interrupt();
  ended.addEventListener("abort", interrupt, { once: true });
  let doing = "beginning";
  const step = (text: string): void => {
    doing = text;
    recorder.mark(id, text);
  };
  const load = new LoadMeter();
  try {
    await lab.beginAnew();
    recorder.start();
    load.start();
    const from = Date.now();
    const found = await bench.measure({ lab, recorder, from, signal: ended, step });
    ended.throwIfAborted();
    const seconds = (Date.now() - from) / 1000;
    const hosts = bench.lab.controlPlaneHosts + bench.lab.workerHosts;
    const day = new Date(from).toISOString().slice(0, 10);
    return { id, title, hosts, day, seconds, load: load.stop(), ...found };
  } catch (error) {
    const logs = lab.keepLogs(id);
    if (signal.aborted) throw signal.reason;
    const what = limit.aborted
      ? `not done after ${limitMinutes} minutes (it was at: ${doing})`
      : (error as Error).message;
    throw new Error(`${id}: ${what}\nLogs: ${logs}`, { cause: error });
  } finally {
    // Taking the lab down has the time that it needs.
    ended.removeEventListener("abort", interrupt);
    load.stop();
    await recorder.stop();
    await lab.remove();
  }
}
