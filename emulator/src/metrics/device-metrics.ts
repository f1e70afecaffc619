import type { Clock } from "../power/clock.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerObserver } from "../power/power-observer.ts";
import { CallHistory } from "./call-history.ts";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import type { Labels, Metric } from "./metric.ts";

const POWER_STATES = ["On", "Off", "Paused", "PoweringOn", "PoweringOff"] as const;
const BREAKER_STATES = ["closed", "half-open", "open"] as const;

/** How the devices are treated and what is known of them. A scrape never asks a device. */
export class DeviceMetrics implements PowerObserver {
  readonly #calls = new Counter({
    name: "redfish_device_calls_total",
    help: "Calls that reached a device's driver: reads of the power state, actions, reads of identity and energy.",
    labels: ["machine", "call"],
  });
  readonly #failures = new Counter({
    name: "redfish_device_failures_total",
    help: "Calls to a device that failed, by the kind of error.",
    labels: ["machine", "call", "kind"],
  });
  readonly #durations = new Histogram({
    name: "redfish_device_call_duration_seconds",
    help: "How long calls to devices took, failed ones included.",
    labels: ["driver", "call"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
  });
  readonly #hits = new Counter({
    name: "redfish_power_cache_hits_total",
    help: "Questions for a power state that were answered without asking the device.",
    labels: ["machine"],
  });
  readonly #misses = new Counter({
    name: "redfish_power_cache_misses_total",
    help: "Questions for a power state that found no fresh one; those at the same time share one device read.",
    labels: ["machine"],
  });
  readonly #gauges: readonly Gauge[];
  /** Single calls, for people: Prometheus keeps a history of its own. */
  readonly history: CallHistory;

  /** @param machines those of the inventory at the time of a scrape */
  constructor(machines: () => readonly MachinePower[], clock: Pick<Clock, "now">) {
    this.history = new CallHistory(clock);
    const each = function* (
      read: (power: MachinePower) => Iterable<readonly [Labels, number]>,
    ): Iterable<readonly [Labels, number]> {
      for (const power of machines()) {
        for (const [labels, value] of read(power)) yield [{ machine: power.machine.name, ...labels }, value];
      }
    };
    this.#gauges = [
      new Gauge({
        name: "redfish_machines",
        help: "Machines in the inventory, by driver.",
        read: () => {
          const counts = new Map<string, number>();
          for (const { machine } of machines())
            counts.set(machine.driver, (counts.get(machine.driver) ?? 0) + 1);
          return [...counts].map(([driver, count]) => [{ driver }, count] as const);
        },
      }),
      new Gauge({
        name: "redfish_machine_power_state",
        help: "1 for the power state a client would be told, 0 for the others; absent while none was ever read.",
        read: () =>
          each(({ lastView }) =>
            lastView.readAt === undefined
              ? []
              : POWER_STATES.map((state) => [{ state }, Number(state === lastView.power)] as const),
          ),
      }),
      new Gauge({
        name: "redfish_machine_power_state_age_seconds",
        help: "Age of the last read of the device; absent while there was none.",
        read: () => each(({ lastView: { age } }) => (age === undefined ? [] : [[{}, age / 1000]])),
      }),
      new Gauge({
        name: "redfish_machine_power_watts",
        help: "Power that the device's energy meter showed last; absent without a meter and while it does not tell.",
        read: () => each(({ lastView: { energy } }) => (energy ? [[{}, energy.watts]] : [])),
      }),
      new Gauge({
        name: "redfish_machine_energy_watt_hours",
        help: "Energy since the begin of the device's own day or month: it falls back to 0 then.",
        read: () =>
          each(
            ({ lastView: { energy } }) =>
              energy?.totals.map(({ period, wattHours }) => [{ period }, wattHours] as const) ?? [],
          ),
      }),
      new Gauge({
        name: "redfish_device_breaker_state",
        help: "1 for the state of the device's circuit breaker: open = in a pause, half-open = the next call decides.",
        read: () =>
          each(({ breakerState }) =>
            BREAKER_STATES.map((state) => [{ state }, Number(state === breakerState)] as const),
          ),
      }),
    ];
  }

  deviceCalled(...[machine, call, milliseconds, error]: Parameters<PowerObserver["deviceCalled"]>): void {
    this.#calls.add({ machine: machine.name, call });
    this.#durations.observe({ driver: machine.driver, call }, milliseconds / 1000);
    if (error) this.#failures.add({ machine: machine.name, call, kind: error.kind });
    this.history.add(machine.name, milliseconds, error !== undefined);
  }

  viewed(...[machine, cached]: Parameters<PowerObserver["viewed"]>): void {
    (cached ? this.#hits : this.#misses).add({ machine: machine.name });
  }

  /** Drops what is counted of a machine that left the inventory. */
  forget(machine: string): void {
    this.history.forget(machine);
    for (const counter of [this.#calls, this.#failures, this.#hits, this.#misses])
      counter.forget("machine", machine);
  }

  get all(): readonly Metric[] {
    return [this.#calls, this.#failures, this.#durations, this.#hits, this.#misses, ...this.#gauges];
  }
}
