import { type ListChange, listChange } from "../devices/list-change.ts";
import type { DeviceSnapshot, PowerEvent } from "../devices/simulated-device.ts";
import type { DevicesLink } from "./devices-link.ts";
import type { MachineConfig } from "./machines-config.ts";
import { SimulatedMachine, type SimulatedMachineOptions } from "./simulated-machine.ts";

interface Present {
  readonly config: MachineConfig;
  readonly machine: SimulatedMachine;
}

/** All machines of one file: they come, change and go one by one, and hear of their power together. */
export class MachineGroup {
  readonly #options: Omit<SimulatedMachineOptions, "config">;
  readonly #devices: DevicesLink;
  #present: ReadonlyMap<string, Present>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(machines: readonly MachineConfig[], options: Omit<SimulatedMachineOptions, "config">) {
    this.#options = options;
    this.#devices = options.devices;
    this.#present = new Map(machines.map((config) => [config.name, this.#built(config)]));
  }

  get all(): readonly SimulatedMachine[] {
    return [...this.#present.values()].map(({ machine }) => machine);
  }

  /** Tells the machines of their power until the signal. */
  follow(signal: AbortSignal): Promise<void> {
    const tell = {
      state: (device: DeviceSnapshot) => this.#find(device.name)?.deviceIs(device),
      event: (event: PowerEvent) => this.#find(event.device)?.deviceDid(event),
    };
    return this.#devices.follow(tell, signal);
  }

  /**
   * Makes these the machines that are there. One that is gone loses its power; one that has changed is taken out and put
   * back, and boots if its device is on; nothing happens to all others. What lies on disks stays in any case.
   */
  change(machines: readonly MachineConfig[]): Promise<ListChange> {
    const change = this.#turn.then(() => this.#change(machines));
    this.#turn = change.catch(() => undefined);
    return change;
  }

  /** Cuts the power of all. */
  async close(): Promise<void> {
    await this.#turn;
    await Promise.all(this.all.map((machine) => machine.close()));
  }

  async #change(machines: readonly MachineConfig[]): Promise<ListChange> {
    const present = this.#present;
    const change = listChange(
      [...present.values()].map(({ config }) => config),
      machines,
    );
    const leaving = [...change.changed, ...change.ended];
    // Nobody tells those of their power any more while they end.
    this.#present = new Map([...present].filter(([name]) => !leaving.includes(name)));
    await Promise.all(leaving.map((name) => present.get(name)?.machine.takeOut()));
    const kept = this.#present;
    this.#present = new Map(
      machines.map((config) => [config.name, kept.get(config.name) ?? this.#built(config)]),
    );
    // Away: they are told when the link to the devices is there again.
    const devices = await this.#devices.now().catch(() => []);
    const added = [...change.started, ...change.changed];
    for (const device of devices) if (added.includes(device.name)) this.#find(device.name)?.deviceIs(device);
    return change;
  }

  #find(name: string): SimulatedMachine | undefined {
    return this.#present.get(name)?.machine;
  }

  #built(config: MachineConfig): Present {
    return { config, machine: new SimulatedMachine({ ...this.#options, config }) };
  }
}
