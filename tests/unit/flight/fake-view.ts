import type { DeviceSnapshot, PowerEvent } from "../../../sim/devices/simulated-device.ts";
import type { EventRecord } from "../../flight/record/flight-record.ts";
import type { LabView } from "../../flight/record/lab-view.ts";

/** A lab made of what a test puts into it. */
export class FakeView implements LabView {
  hosts: unknown[] = [];
  machines: unknown[] = [];
  clusters: unknown[] = [];
  calls: DeviceSnapshot[] = [];
  happened: EventRecord[] = [];
  /** Away, as an API server that is restarted. */
  away = false;
  #power: ((event: PowerEvent) => void) | undefined;

  async objects() {
    if (this.away) throw new Error("connect ECONNREFUSED");
    return { hosts: this.hosts, machines: this.machines, clusters: this.clusters };
  }

  async devices() {
    return this.calls;
  }

  events() {
    return this.happened.splice(0);
  }

  async followPower(tell: (event: PowerEvent) => void, signal: AbortSignal) {
    this.#power = tell;
    if (signal.aborted) return;
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }

  async kubeconfig() {
    return undefined;
  }

  /** The power behind a device changes. */
  switch(device: string, power: "on" | "off", at: number): void {
    this.#power?.({ device, power, cause: power, at: new Date(at).toISOString() });
  }
}

/** A device whose counters say that. */
export function counted(name: string, total: number): DeviceSnapshot {
  const calls = {
    total,
    byOperation: { get_device_info: total - 1, set_device_info: 1 },
    powerReads: total - 1,
    logins: 1,
    failedLogins: 0,
    refused: 0,
    connections: 1,
    httpRequests: total,
  };
  return { name, kind: "tapo", address: "127.0.0.1:1", power: "on", calls, faults: {}, boots: [] };
}
