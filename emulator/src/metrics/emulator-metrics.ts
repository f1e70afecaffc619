import type { MachinePower } from "../power/machine-power.ts";
import { DeviceMetrics } from "./device-metrics.ts";
import { exposition } from "./exposition.ts";
import { HttpMetrics } from "./http-metrics.ts";
import { type ServiceFacts, ServiceMetrics } from "./service-metrics.ts";

export interface EmulatorMetricsOptions extends ServiceFacts {
  readonly machines: () => readonly MachinePower[];
}

/** Everything that GET /metrics tells. */
export class EmulatorMetrics {
  readonly http = new HttpMetrics();
  readonly devices: DeviceMetrics;
  readonly service: ServiceMetrics;

  constructor({ machines, ...facts }: EmulatorMetricsOptions) {
    this.devices = new DeviceMetrics(machines);
    this.service = new ServiceMetrics(facts);
  }

  get text(): string {
    return exposition([...this.http.all, ...this.devices.all, ...this.service.all]);
  }
}
