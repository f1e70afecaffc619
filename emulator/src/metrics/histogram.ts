import { labelKey } from "./label-key.ts";
import type { Labels, Metric, Sample } from "./metric.ts";

export interface HistogramOptions<Name extends string> {
  /** Ends with its unit, e.g. `_seconds`. */
  readonly name: string;
  readonly help: string;
  /** None is called `le`, which is the histogram's own. */
  readonly labels: readonly Name[];
  /** Upper bounds, inclusive, growing; +Inf is added. */
  readonly buckets: readonly number[];
}

interface Series {
  readonly labels: Labels;
  /** Per bucket, not cumulative; the last one is for what is above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** How often something took how long. */
export class Histogram<Name extends string = never> implements Metric {
  readonly type = "histogram";
  readonly name: string;
  readonly help: string;
  readonly #labels: readonly Name[];
  readonly #buckets: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor({ name, help, labels, buckets }: HistogramOptions<Name>) {
    this.name = name;
    this.help = help;
    this.#labels = labels;
    this.#buckets = buckets;
  }

  observe(labels: Readonly<Record<Name, string>>, value: number): void {
    this.#count(this.#seriesOf(labels), value);
  }

  /** As {@link observe}, for who observes the same thing all the time: its labels are looked up once, at the first value. */
  observerOf(labels: Readonly<Record<Name, string>>): (value: number) => void {
    let series: Series | undefined;
    return (value) => {
      series ??= this.#seriesOf(labels);
      this.#count(series, value);
    };
  }

  #seriesOf(labels: Readonly<Record<Name, string>>): Series {
    const key = labelKey(this.#labels, labels);
    const known = this.#series.get(key);
    if (known) return known;
    const series = { labels, counts: new Array<number>(this.#buckets.length + 1).fill(0), sum: 0 };
    this.#series.set(key, series);
    return series;
  }

  #count(series: Series, value: number): void {
    const found = this.#buckets.findIndex((bound) => value <= bound);
    const index = found < 0 ? this.#buckets.length : found;
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += value;
  }

  *samples(): Iterable<Sample> {
    for (const { labels, counts, sum } of this.#series.values()) {
      let cumulative = 0;
      for (const [index, count] of counts.entries()) {
        cumulative += count;
        const bound = this.#buckets[index];
        const le = bound === undefined ? "+Inf" : String(bound);
        yield { suffix: "_bucket", labels: { ...labels, le }, value: cumulative };
      }
      yield { suffix: "_sum", labels, value: sum };
      yield { suffix: "_count", labels, value: cumulative };
    }
  }
}
