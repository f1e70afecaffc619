import { AgentCommands } from "./agent-commands.ts";
import { agentIdentity } from "./agent-identity.ts";
import type { AgentFaults, AgentMachine } from "./agent-machine.ts";
import { AgentNetwork } from "./agent-network.ts";
import { CommandServer } from "./command-server.ts";
import { CommandTable } from "./command-table.ts";
import { hardwareInventory } from "./hardware-inventory.ts";
import { Heartbeater } from "./heartbeater.ts";
import { ImageWriter } from "./image-writer.ts";
import { IronicApi, type LookupAnswer } from "./ironic-api.ts";
import { Journal } from "./journal.ts";
import { MachineStorage } from "./machine-storage.ts";
import { MachineTime } from "./machine-time.ts";

export type { AgentFaults, AgentMachine } from "./agent-machine.ts";

/** From the kernel's start until the agent runs, in simulated seconds. */
const START_S = 5;
/** Ironic's tokens are longer; a shorter one is a masked one. */
const TOKEN_CHARACTERS = 32;

export interface AgentOptions {
  readonly machine: AgentMachine;
  /** Of the booted kernel, such as ipa-api-url, ipa-inspection-callback-url, BOOTIF, ipa-agent-token. */
  readonly parameters: ReadonlyMap<string, string>;
  /** PEM file with the authority of Ironic's API; without it the well-known ones alone are believed. */
  readonly caFile?: string;
  readonly faults: () => AgentFaults;
  /** Wall seconds per simulated second, such as 0.05. */
  readonly timeScale: number;
  readonly event: (what: string, detail?: string) => void;
  /** Aborting it is a power cut. */
  readonly signal: AbortSignal;
}

type Ending = "poweroff" | "reboot" | "lockdown" | "death";

/**
 * The deploy ramdisk of a simulated machine with its agent, from the kernel's start on: speaks to a real Ironic as
 * ironic-python-agent does, with real HTTP, and works on the machine's disks. Runs until the machine wants its power
 * off or a restart; an agent that has given up or hangs stays until the power is cut.
 * @throws the signal's reason when it aborts; everything has ended at once by then
 */
export function runDeployAgent(options: AgentOptions): Promise<"poweroff" | "reboot"> {
  return new DeployAgent(options).run();
}

class DeployAgent {
  readonly #options: AgentOptions;
  readonly #journal: Journal;
  /** The end of the agent, by itself or with the power. */
  readonly #gone = new AbortController();
  readonly #life: AbortSignal;
  readonly #time: MachineTime;
  readonly #network: AgentNetwork;
  readonly #ironic: IronicApi;
  readonly #storage: MachineStorage;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#journal = new Journal(options.event);
    this.#life = AbortSignal.any([options.signal, this.#gone.signal]);
    this.#time = new MachineTime(options.timeScale, this.#life);
    this.#network = new AgentNetwork({
      ...(options.caFile !== undefined && { caFile: options.caFile }),
      lost: () => options.faults().networkLost === true,
      signal: this.#life,
    });
    this.#ironic = new IronicApi({ network: this.#network, time: this.#time, note: this.#note });
    this.#storage = new MachineStorage(options.machine.disks, () => options.faults().diskTooSmall === true);
  }

  /** What fails only because the agent is gone is nobody's to hear. */
  readonly #note = (what: string, detail?: string): void => {
    if (!this.#life.aborted) this.#journal.note(what, detail);
  };

  async run(): Promise<"poweroff" | "reboot"> {
    const { signal } = this.#options;
    try {
      const ending = await this.#live();
      if (ending === "poweroff" || ending === "reboot") return ending;
    } catch (error) {
      signal.throwIfAborted();
      this.#journal.note("agent gave up", (error as Error).message);
    } finally {
      this.#gone.abort();
    }
    return never(signal);
  }

  async #live(): Promise<Ending> {
    await this.#time.pass(START_S);
    const apis = urls(this.#options.parameters.get("ipa-api-url"));
    const uuid = await this.#inspect(apis);
    if (apis.length === 0) {
      // The real one listens now, to nobody: without a lookup it has no token that it would take.
      this.#journal.note("nothing more to do", "the kernel parameters have no ipa-api-url");
      return "lockdown";
    }
    const macs = this.#options.machine.macs.map((mac) => mac.toLowerCase());
    const found = await this.#ironic.lookup(apis, macs, uuid);
    this.#journal.note("looked up", found.node.uuid);
    return this.#serve(apis, found);
  }

  /** A failed inspection is Ironic's to notice; the agent goes on. */
  async #inspect(apis: readonly string[]): Promise<string | undefined> {
    const { parameters } = this.#options;
    const callbacks = urls(parameters.get("ipa-inspection-callback-url"));
    const collectors = parameters.get("ipa-inspection-collectors");
    const targets =
      callbacks.length === 0 && collectors ? apis.map((url) => `${url}/v1/continue_inspection`) : callbacks;
    if (targets.length === 0) return undefined;
    try {
      const uuid = await this.#ironic.inspected(targets, this.#findings());
      this.#journal.note("inspected", uuid);
      return uuid;
    } catch (error) {
      this.#life.throwIfAborted();
      this.#journal.note("inspection failed", (error as Error).message);
      return undefined;
    }
  }

  #findings(): unknown {
    return {
      inventory: this.#inventory(),
      root_disk: this.#rootDisk(),
      boot_interface: this.#options.parameters.get("BOOTIF") ?? null,
      configuration: {
        collectors: ["default"],
        managers: [{ name: agentIdentity.manager, version: agentIdentity.managerVersion }],
      },
      error: null,
    };
  }

  #inventory(): Record<string, unknown> {
    const { machine, parameters } = this.#options;
    return hardwareInventory(machine, this.#storage.devices, parameters.get("BOOTIF"));
  }

  /** Where an image would go without hints; a machine without such a disk is inspected all the same. */
  #rootDisk(): unknown {
    try {
      return this.#storage.rootDevice({});
    } catch {
      return undefined;
    }
  }

  async #serve(apis: readonly string[], { node, config }: LookupAnswer): Promise<Ending> {
    const { machine, parameters, faults } = this.#options;
    const told = config.agent_token ?? "";
    // With virtual media the token comes with the kernel's parameters, and the lookup shows stars in its place.
    const token = told.length >= TOKEN_CHARACTERS ? told : parameters.get("ipa-agent-token");
    if (token === undefined && told !== "") {
      this.#journal.note("locked down", "Ironic gave the token of this boot to another agent");
      return "lockdown";
    }
    const { promise: ended, resolve: leave } = Promise.withResolvers<Ending>();
    const commands = new AgentCommands({
      storage: this.#storage,
      time: this.#time,
      journal: this.#journal,
      inventory: () => this.#inventory(),
      leave,
      writer: new ImageWriter({
        network: this.#network,
        time: this.#time,
        faults,
        note: this.#note,
        hang: () => {
          leave("death");
          return never(this.#life);
        },
      }),
    });
    const table = new CommandTable({
      commands: commands.extensions,
      ended: ({ command_name, command_error }) => {
        if (command_error) this.#note(`${command_name} failed`, command_error.details);
        heartbeater.soon();
      },
    });
    const server = new CommandServer({
      address: machine.agentAddress,
      port: machine.agentPort,
      commands: table,
      token,
      networkLost: () => this.#network.lost,
    });
    const heartbeater = new Heartbeater({
      time: this.#time,
      timeoutSeconds: config.heartbeat_timeout,
      beat: () => this.#ironic.heartbeat(apis, node.uuid, server.url, token),
      refused: (reason) => this.#note("heartbeat refused", reason),
    });
    await server.listen();
    try {
      const ending = await Promise.race([ended, heartbeater.run()]);
      if (ending !== "death") await server.close();
      this.#journal.note(ending === "death" ? "agent died" : ending);
      return ending;
    } finally {
      server.cut();
    }
  }
}

function urls(parameter: string | undefined): string[] {
  return (parameter ?? "")
    .split(",")
    .map((url) => url.trim().replace(/\/+$/, ""))
    .filter((url) => url !== "");
}

/** Rejects with the signal's reason when it aborts. */
function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
