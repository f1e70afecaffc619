import { Histogram } from "./histogram.ts";
import type { Metric } from "./metric.ts";

/** What clients experience. */
export class HttpMetrics {
  /** `route` is a template such as /redfish/v1/Systems/:name, never a path: a guesser must not make series. */
  readonly requests = new Histogram({
    name: "redfish_http_request_duration_seconds",
    help: "Time from a request's headers to its answer.",
    labels: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });

  get all(): readonly Metric[] {
    return [this.requests];
  }
}
