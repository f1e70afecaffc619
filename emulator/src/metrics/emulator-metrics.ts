import type { Clock } from "../power/clock.ts";
import type { MachinePower } from "../power/machine-power.ts";
import { DeviceMetrics } from "./device-metrics.ts";
import { exposition } from "./exposition.ts";
import { HttpMetrics } from "./http-metrics.ts";
import { type ServiceFacts, ServiceMetrics } from "./service-metrics.ts";

export interface EmulatorMetricsOptions extends ServiceFacts {
  readonly machines: () => readonly MachinePower[];
  readonly clock: Pick<Clock, "now">;
}

/** Everything that GET /metrics tells. */
export class EmulatorMetrics {
  readonly http = new HttpMetrics();
  readonly devices: DeviceMetrics;
  readonly service: ServiceMetrics;

  constructor({ machines, clock, ...facts }: EmulatorMetricsOptions) {
    this.devices = new DeviceMetrics(machines, clock);
    this.service = new ServiceMetrics(facts);
  }

  get text(): string {
    return exposition([...this.http.all, ...this.devices.all, ...this.service.all]);
  }
}
