import { labelKey } from "./label-key.ts";
import type { Labels, Metric, Sample } from "./metric.ts";

export interface CounterOptions<Name extends string> {
  /** Ends with `_total`, as Prometheus asks. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Name[];
}

/** Something that only grows. */
export class Counter<Name extends string = never> implements Metric {
  readonly type = "counter";
  readonly name: string;
  readonly help: string;
  readonly #labels: readonly Name[];
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>();

  constructor({ name, help, labels }: CounterOptions<Name>) {
    this.name = name;
    this.help = help;
    this.#labels = labels;
    // Without labels there is one series and it begins at 0, so that the first increase can be seen.
    if (labels.length === 0) this.#series.set(labelKey([], {}), { labels: {}, value: 0 });
  }

  add(labels: Readonly<Record<Name, string>>, by = 1): void {
    const key = labelKey(this.#labels, labels);
    const series = this.#series.get(key);
    if (series) series.value += by;
    else this.#series.set(key, { labels, value: by });
  }

  /** Drops the series of something that is gone for good, such as a machine that left the inventory. */
  forget(label: Name, value: string): void {
    for (const [key, { labels }] of this.#series) if (labels[label] === value) this.#series.delete(key);
  }

  *samples(): Iterable<Sample> {
    for (const { labels, value } of this.#series.values()) yield { suffix: "", labels, value };
  }
}
