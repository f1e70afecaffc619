import { startAmtDevice } from "./amt/amt-device.ts";
import type { DeviceConfig, DevicesConfig } from "./devices-config.ts";
import { type ListChange, listChange } from "./list-change.ts";
import type { PowerEvent, SimulatedDevice } from "./simulated-device.ts";
import { startTapoDevice } from "./tapo/tapo-device.ts";

const DISCOVERY_PORT = 20_002;

interface Running {
  readonly config: DeviceConfig;
  readonly device: SimulatedDevice;
}

/** All devices of one file: started together, changed one by one, ended together. */
export class DeviceGroup {
  readonly #log: (device: string, line: string) => void;
  readonly #listeners = new Set<(event: PowerEvent) => void>();
  #running: ReadonlyMap<string, Running> = new Map();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(log: (device: string, line: string) => void) {
    this.#log = log;
  }

  /**
   * Binds every port, or none: on failure those that were bound are freed.
   * @throws AggregateError with one message per device that could not be started.
   */
  static async start(
    config: DevicesConfig,
    log: (device: string, line: string) => void,
  ): Promise<DeviceGroup> {
    const group = new DeviceGroup(log);
    try {
      await group.change(config);
    } catch (error) {
      await group.close();
      throw error;
    }
    return group;
  }

  get all(): readonly SimulatedDevice[] {
    return [...this.#running.values()].map(({ device }) => device);
  }

  find(name: string): SimulatedDevice | undefined {
    return this.#running.get(name)?.device;
  }

  /** As each device's onPower, for all of them, also those that come later. */
  onPower(listener: (event: PowerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Makes the devices of `config` those that run. One that is gone has its plug pulled; one with other settings is taken
   * out and put back, with its power as it was but new sessions, counters and faults; nothing happens to all others.
   * @throws AggregateError with one message per device that could not be started; the others were, and the next change
   *   tries it again.
   */
  change(config: DevicesConfig): Promise<ListChange> {
    const change = this.#turn.then(() => this.#change(config));
    this.#turn = change.catch(() => undefined);
    return change;
  }

  async close(): Promise<void> {
    await this.#turn;
    await Promise.all(this.all.map((device) => device.close()));
  }

  async #change(config: DevicesConfig): Promise<ListChange> {
    const { devices } = config;
    const present = [...this.#running.values()];
    const change = listChange(
      present.map((running) => running.config),
      devices,
    );
    // First, since a new device may have the address of one that goes.
    for (const name of change.ended) this.find(name)?.unplug();
    const leaving = [...change.ended, ...change.changed];
    await Promise.all(leaving.map((name) => this.find(name)?.close()));
    const kept = present.filter(({ device }) => !leaving.includes(device.name));

    const missing = devices.filter(({ name }) => !kept.some(({ device }) => device.name === name));
    const outcomes = await Promise.allSettled(
      missing.map(async (entry): Promise<Running> => {
        const device = await start(entry, config, (line) => this.#log(entry.name, line));
        device.onPower((event) => this.#tell(event));
        return { config: entry, device };
      }),
    );
    const started = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const byName = new Map([...kept, ...started].map((running) => [running.device.name, running]));
    this.#running = new Map(
      devices.flatMap(({ name }) => {
        const running = byName.get(name);
        return running ? [[name, running] as const] : [];
      }),
    );
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as Error] : [],
    );
    if (failures.length === 0) return change;
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  }

  #tell(event: PowerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** A plug answers discovery at the usual port when it has its host to itself as it starts. */
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
