import { isDeepStrictEqual } from "node:util";
import PQueue from "p-queue";
import type { Logger } from "pino";
import type { MachineConfig } from "../config.ts";
import type { DriverModule } from "../drivers/driver.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { MachinePower } from "./machine-power.ts";
import type { PowerObserver } from "./power-observer.ts";
import type { PowerTiming } from "./timing.ts";

export interface PowerControllerOptions {
  readonly machines: readonly MachineConfig[];
  readonly drivers: readonly DriverModule[];
  /** For machines without their own `cacheSeconds`. */
  readonly cacheSeconds: number;
  readonly store: Store;
  readonly clock: Clock;
  readonly timing: PowerTiming;
  /** For jitter; 0 <= value < 1. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer?: PowerObserver;
}

/** Devices asked at the same time at start. */
const FIRST_READS = 16;
/** Devices asked about their machines at the same time. */
const IDENTITY_READS = 4;

/** What became of the inventory. */
export interface InventoryChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** All machines by name. Only what is in this folder ever calls a driver. */
export class PowerController {
  readonly #options: PowerControllerOptions;
  #machines: ReadonlyMap<string, MachinePower> = new Map();
  #list: { readonly of: unknown; readonly machines: readonly MachinePower[] } | undefined;
  #cacheSeconds: number;
  readonly #firstReads = new PQueue({ concurrency: FIRST_READS });
  readonly #identityTurns = new PQueue({ concurrency: IDENTITY_READS });
  #closing: Promise<unknown> = Promise.resolve();

  /** @throws Error when a machine names an unknown driver or has options its driver refuses */
  constructor(options: PowerControllerOptions) {
    this.#options = options;
    this.#cacheSeconds = options.cacheSeconds;
    this.#machines = new Map(options.machines.map((machine) => [machine.name, this.#create(machine)]));
  }

  /** The same list until there is another inventory. */
  get machines(): readonly MachinePower[] {
    if (this.#list?.of !== this.#machines) {
      this.#list = { of: this.#machines, machines: [...this.#machines.values()] };
    }
    return this.#list.machines;
  }

  find(name: string): MachinePower | undefined {
    return this.#machines.get(name);
  }

  /** Learns the state of every machine whose stored one is too old, so that the first client need not wait. */
  start(): void {
    this.#learn(this.machines);
  }

  /**
   * Takes another inventory into use. Machines that did not change keep their cache, their queue and what is under way;
   * one that changed starts anew with what the store knows, and leaves its device alone until the old one has let go.
   * @throws Error when a driver refuses a machine; then nothing has changed
   */
  apply(machines: readonly MachineConfig[], cacheSeconds: number): InventoryChange {
    const before = this.#machines;
    const sameDefault = cacheSeconds === this.#cacheSeconds;
    const stays = (machine: MachineConfig): MachinePower | undefined => {
      const old = before.get(machine.name);
      const sameCache = sameDefault || machine.cacheSeconds !== undefined;
      return old && sameCache && isDeepStrictEqual(old.machine, machine) ? old : undefined;
    };
    const letGo = Promise.withResolvers<unknown>();
    const defaultBefore = this.#cacheSeconds;
    this.#cacheSeconds = cacheSeconds;
    const next = new Map<string, MachinePower>();
    const made: MachinePower[] = [];
    try {
      for (const machine of machines) {
        const kept = stays(machine);
        const power = kept ?? this.#create(machine, letGo.promise, before.get(machine.name)?.machine);
        if (!kept) made.push(power);
        next.set(machine.name, power);
      }
    } catch (error) {
      this.#cacheSeconds = defaultBefore;
      letGo.resolve(undefined);
      for (const power of made) void power.close();
      throw error;
    }
    this.#machines = next;
    const gone = [...before.values()].filter((power) => next.get(power.machine.name) !== power);
    const closed = Promise.allSettled(gone.map((power) => power.close()));
    letGo.resolve(closed);
    this.#closing = Promise.all([this.#closing, closed]);
    this.#learn(made);
    const names = made.map(({ machine }) => machine.name);
    return {
      added: names.filter((name) => !before.has(name)),
      changed: names.filter((name) => before.has(name)),
      removed: gone.map(({ machine }) => machine.name).filter((name) => !next.has(name)),
    };
  }

  async close(): Promise<void> {
    this.#firstReads.clear();
    this.#identityTurns.clear();
    await Promise.all([this.#closing, ...this.machines.map((machine) => machine.close())]);
  }

  #learn(machines: readonly MachinePower[]): void {
    for (const machine of machines) void this.#firstReads.add(() => machine.view());
  }

  #create(machine: MachineConfig, begin?: Promise<unknown>, before?: MachineConfig): MachinePower {
    const { drivers, store, clock, timing, random, logger, observer } = this.#options;
    const module = drivers.find((driver) => driver.kind === machine.driver);
    if (!module) throw new Error(`machine ${machine.name}: there is no driver ${machine.driver}`);
    const machineLogger = logger.child({ machine: machine.name, driver: module.kind });
    const driver = module.create(machine, module.options.parse(machine.options), { logger: machineLogger });
    // Another device: what the old one said about its power counts no more.
    if (before && (before.driver !== machine.driver || before.address !== machine.address)) {
      store.powerStates.forget(machine.name);
    }
    return new MachinePower({
      machine,
      driver,
      minimumGap: module.minimumGapMs,
      cache: (machine.cacheSeconds ?? this.#cacheSeconds) * 1000,
      store,
      clock,
      timing,
      random,
      logger,
      identityTurns: this.#identityTurns,
      ...(observer && { observer }),
      ...(begin && { begin }),
    });
  }
}
