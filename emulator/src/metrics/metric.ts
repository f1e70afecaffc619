/** Label names and their values; neither is a secret, since whoever may scrape reads them. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Appended to the metric's name: `_bucket`, `_sum` and `_count` of a histogram; empty for all others. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

/** One family of the exposition: a name, what it means, and its samples at this moment. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  samples(): Iterable<Sample>;
}
