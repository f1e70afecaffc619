import type { Labels, Metric, Sample } from "./metric.ts";

export interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  /** Called at each scrape; must not ask a device. */
  readonly read: () => Iterable<readonly [labels: Labels, value: number]>;
}

/** Something that goes up and down, looked up when it is asked for. */
export class Gauge implements Metric {
  readonly type = "gauge";
  readonly name: string;
  readonly help: string;
  readonly #read: GaugeOptions["read"];

  constructor({ name, help, read }: GaugeOptions) {
    this.name = name;
    this.help = help;
    this.#read = read;
  }

  *samples(): Iterable<Sample> {
    for (const [labels, value] of this.#read()) yield { suffix: "", labels, value };
  }
}
