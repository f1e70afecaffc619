/** One panel of the dashboard, in Grafana's own words where it has any. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly type: "stat" | "timeseries" | "state-timeline" | "table";
  /** Grafana's names of units: https://grafana.com/docs, "Standard options", e.g. s, reqps, watt. */
  readonly unit?: string;
  /** Of the 24 columns of a row; rows are filled from left to right. */
  readonly width: number;
  readonly queries: readonly {
    /** PromQL. $machine is the dashboard's choice of machines. */
    readonly expression: string;
    /** With label names in double braces. */
    readonly legend: string;
  }[];
}
