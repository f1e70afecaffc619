import { startAmtDevice } from "./amt/amt-device.ts";
import type { DeviceConfig, DevicesConfig } from "./devices-config.ts";
import type { SimulatedDevice } from "./simulated-device.ts";
import { startTapoDevice } from "./tapo/tapo-device.ts";

const DISCOVERY_PORT = 20_002;

/** All devices of one file, started together and ended together. */
export class DeviceGroup {
  readonly #devices: ReadonlyMap<string, SimulatedDevice>;

  private constructor(devices: readonly SimulatedDevice[]) {
    this.#devices = new Map(devices.map((device) => [device.name, device]));
  }

  /**
   * Binds every port, or none: on failure those that were bound are freed.
   * @throws AggregateError with one message per device that could not be started.
   */
  static async start(
    config: DevicesConfig,
    log: (device: string, line: string) => void,
  ): Promise<DeviceGroup> {
    const outcomes = await Promise.allSettled(
      config.devices.map((device) => start(device, config, (line) => log(device.name, line))),
    );
    const started = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as Error] : [],
    );
    const group = new DeviceGroup(started);
    if (failures.length === 0) return group;
    await group.close();
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  }

  get all(): readonly SimulatedDevice[] {
    return [...this.#devices.values()];
  }

  find(name: string): SimulatedDevice | undefined {
    return this.#devices.get(name);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((device) => device.close()));
  }
}

function start(
  device: DeviceConfig,
  { stateDir, devices }: DevicesConfig,
  log: (line: string) => void,
): Promise<SimulatedDevice> {
  if (device.kind === "amt") return startAmtDevice({ ...device, stateDir, log });
  const alone = devices.filter(({ kind, host }) => kind === "tapo" && host === device.host).length === 1;
  const discovery = alone ? { discoveryPort: DISCOVERY_PORT } : {};
  return startTapoDevice({ ...discovery, ...device, stateDir, log });
}
