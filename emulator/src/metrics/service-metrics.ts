import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import type { Metric } from "./metric.ts";

export interface ServiceFacts {
  readonly version: string;
  /** Sessions open now. */
  readonly sessions: () => number;
  /** Whether the last write of the store failed. */
  readonly storeFails: () => boolean;
}

/** The service itself: store, logins, process. */
export class ServiceMetrics {
  readonly #commits = new Counter({
    name: "redfish_store_commits_total",
    help: "Writes of the store to the disk; commits at the same time share one.",
    labels: ["outcome"],
  });
  readonly #commitDurations = new Histogram({
    name: "redfish_store_commit_duration_seconds",
    help: "How long one write of the store took, fsync included.",
    labels: [],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
  readonly #logins = new Counter({
    name: "redfish_logins_total",
    help: "Credentials that were checked: right, wrong, or held back because the source guessed too often.",
    labels: ["outcome"],
  });
  readonly #gauges: readonly Gauge[];

  constructor({ version, sessions, storeFails }: ServiceFacts) {
    const one = (name: string, help: string, read: () => number): Gauge =>
      new Gauge({ name, help, read: () => [[{}, read()]] });
    const started = Date.now() / 1000 - process.uptime();
    this.#gauges = [
      new Gauge({
        name: "redfish_build_info",
        help: "Always 1; the labels tell what runs.",
        read: () => [[{ version, node: process.version }, 1]],
      }),
      one("redfish_sessions", "Login sessions that have not expired.", sessions),
      one(
        "redfish_store_failing",
        "1 while the store cannot be written (disk full, read-only), else 0.",
        () => Number(storeFails()),
      ),
      one("process_resident_memory_bytes", "Resident memory size.", () => process.memoryUsage.rss()),
      one("process_start_time_seconds", "Start of the process, seconds since 1970.", () => started),
    ];
  }

  /** @param failed whether the disk refused */
  storeWritten(milliseconds: number, failed: boolean): void {
    this.#commits.add({ outcome: failed ? "failed" : "written" });
    this.#commitDurations.observe({}, milliseconds / 1000);
  }

  loginChecked(outcome: "right" | "wrong" | "held-back"): void {
    this.#logins.add({ outcome });
  }

  get all(): readonly Metric[] {
    return [this.#commits, this.#commitDurations, this.#logins, ...this.#gauges];
  }
}
