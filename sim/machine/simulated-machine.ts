import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BootRecord, DeviceSnapshot, PowerEvent } from "../devices/simulated-device.ts";
import type { AgentOptions } from "./agent/deploy-agent.ts";
import type { DevicesLink } from "./devices-link.ts";
import { EventLog } from "./event-log.ts";
import { networkBoot } from "./firmware/network-boot.ts";
import type { InstalledSystems } from "./installed-systems.ts";
import { MachineDisk } from "./machine-disk.ts";
import type { MachineFaults } from "./machine-faults.ts";
import type { MachineConfig } from "./machines-config.ts";

export interface SimulatedMachineOptions {
  readonly config: MachineConfig;
  readonly stateDir: string;
  readonly timeScale: number;
  /** Ironic's file server. */
  readonly network: string;
  readonly caFile?: string;
  readonly devices: DevicesLink;
  readonly systems: InstalledSystems;
  readonly runAgent: (options: AgentOptions) => Promise<"poweroff" | "reboot">;
}

/** Simulated seconds of an M920q's or Optiplex's power-on self-test. */
const SELF_TEST_SECONDS = 20;
/** Port of a deploy agent (ironic-python-agent's default). */
const AGENT_PORT = 9999;

/** How a run of the machine ended by itself; "hangs": it stays on and does nothing until somebody cuts the power. */
type Ending = "poweroff" | "reboot" | "hangs";

/**
 * A machine behind a simulated device: what happens between power and an installed system. It knows of its power only
 * what the device tells, and boots what the device or its own firmware order says.
 */
export class SimulatedMachine {
  readonly name: string;
  readonly disks: readonly MachineDisk[];
  readonly #options: SimulatedMachineOptions;
  readonly #log: EventLog;
  faults: MachineFaults = {};
  /** Cuts the power of what runs; undefined while the machine is off. */
  #run: AbortController | undefined;
  /** The end of what ran last: a machine that is switched off and on again does not run twice. */
  #over: Promise<void> = Promise.resolve();
  #lastBoot: string | undefined;

  constructor(options: SimulatedMachineOptions) {
    const { config, stateDir } = options;
    const folder = join(stateDir, config.name);
    this.name = config.name;
    this.#options = options;
    this.#log = new EventLog(folder, config.name);
    this.disks = config.disks.map(
      (model) => new MachineDisk(join(folder, model.name.replace("/dev/", "")), model),
    );
  }

  /** What its control API tells. */
  snapshot(): object {
    const { config } = this.#options;
    return {
      name: this.name,
      running: this.#run !== undefined,
      last: this.#log.last,
      faults: this.faults,
      nodeAddress: config.nodeAddress,
      disks: this.disks.map(({ model, content }) => ({ ...model, content })),
    };
  }

  /** The device as it is: at the beginning, and after its process was away. */
  deviceIs({ power, boots }: Pick<DeviceSnapshot, "power" | "boots">): void {
    const boot = boots.at(-1);
    if (power !== "on") this.#off();
    else if (!this.#run || (boot && boot.at !== this.#lastBoot)) this.#start(boot);
  }

  deviceDid({ power, boot }: Pick<PowerEvent, "power" | "boot">): void {
    if (power !== "on") this.#off();
    else if (boot && boot.at !== this.#lastBoot) this.#start(boot);
  }

  /** Cuts the power, as the end of the simulator does. */
  async close(): Promise<void> {
    this.#run?.abort();
    this.#run = undefined;
    await this.#over;
  }

  /** Takes the machine out of the rack: as a loss of power, and nothing of it runs afterwards. */
  async takeOut(): Promise<void> {
    this.#off();
    await this.close();
  }

  #off(): void {
    if (!this.#run) return;
    this.#log.record("off");
    void this.close();
  }

  #start(boot: BootRecord | undefined): void {
    this.#lastBoot = boot?.at;
    this.#run?.abort();
    const before = this.#over;
    const cut = new AbortController();
    const source = boot?.source ?? undefined;
    this.#run = cut;
    this.#over = (async () => {
      await before;
      await this.#boot(source, cut.signal).catch((error: unknown) => {
        if (!cut.signal.aborted) this.#log.record("hangs", (error as Error).message);
      });
    })();
  }

  async #boot(source: BootRecord["source"] | undefined, signal: AbortSignal): Promise<void> {
    const { devices, config } = this.#options;
    this.#log.record("firmware", source ? `forced: ${source}` : config.bootOrder.join(", "));
    await this.#selfTest(signal);
    const forced = source && source !== "cd" ? [source] : [];
    for (const from of new Set([...forced, ...config.bootOrder])) {
      const ending = from === "pxe" ? await this.#bootNetwork(signal) : await this.#bootDisk(signal);
      signal.throwIfAborted();
      if (!ending) continue;
      if (ending !== "hangs") {
        this.#log.record(ending);
        // A plug cannot see a shutdown: the machine is off and the relay is closed.
        await devices.machineDid(this.name, ending === "reboot" ? "reboot" : "shutdown");
      }
      return;
    }
    this.#log.record("no boot device");
  }

  async #selfTest(signal: AbortSignal): Promise<void> {
    const { doesNotBoot, bootsSlowlySeconds = 0 } = this.faults;
    if (doesNotBoot) {
      this.#log.record("hangs", "fault: doesNotBoot");
      await new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
      );
    }
    const seconds = (SELF_TEST_SECONDS + bootsSlowlySeconds) * this.#options.timeScale;
    await pause(seconds * 1000, undefined, { signal });
  }

  /** Undefined when the network gives nothing to boot. */
  async #bootNetwork(signal: AbortSignal): Promise<Ending | undefined> {
    const { config, network, caFile, timeScale, runAgent } = this.#options;
    if (this.faults.networkLost) return undefined;
    this.#log.record("network boot");
    const found = await networkBoot({ server: network, macs: config.macs, signal });
    if (!found || found.kind === "exit") return undefined;
    if (found.kind === "disk") return await this.#bootDisk(signal);
    if (found.kind !== "kernel") return found.kind;
    this.#log.record("agent");
    const { bootOrder: _order, disks: _models, ...hardware } = config;
    return await runAgent({
      machine: { ...hardware, agentPort: AGENT_PORT, disks: this.disks },
      parameters: found.parameters,
      faults: () => this.faults,
      timeScale,
      event: (what, detail) => this.#log.record(what, detail),
      signal,
      ...(caFile === undefined ? {} : { caFile }),
    });
  }

  /** Undefined when no disk holds an image. */
  async #bootDisk(signal: AbortSignal): Promise<Ending | undefined> {
    const disk = this.disks.find(({ content }) => content.image);
    if (!disk) return undefined;
    this.#log.record("installed system", disk.content.image?.url);
    const event = (what: string, detail?: string) => this.#log.record(what, detail);
    const system = await this.#options.systems.start(this.#options.config, disk, event);
    const cut = new Promise<"cut">((resolve) => {
      if (signal.aborted) resolve("cut");
      signal.addEventListener("abort", () => resolve("cut"), { once: true });
    });
    const ending = await Promise.race([system.done, cut]);
    if (ending === "cut") await system.stop();
    return ending === "cut" || ending === "crash" ? "hangs" : ending;
  }
}
