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

/** All machines by name. Only what is in this folder ever calls a driver. */
export class PowerController {
  readonly #machines = new Map<string, MachinePower>();
  readonly #firstReads = new PQueue({ concurrency: FIRST_READS });

  /** @throws Error when a machine names an unknown driver or has options its driver refuses */
  constructor(options: PowerControllerOptions) {
    const { store, clock, timing, random, logger } = options;
    for (const machine of options.machines) {
      const module = options.drivers.find((driver) => driver.kind === machine.driver);
      if (!module) throw new Error(`machine ${machine.name}: there is no driver ${machine.driver}`);
      const machineLogger = logger.child({ machine: machine.name, driver: module.kind });
      const driver = module.create(machine, module.options.parse(machine.options), { logger: machineLogger });
      const cache = (machine.cacheSeconds ?? options.cacheSeconds) * 1000;
      const minimumGap = module.minimumGapMs;
      const power = new MachinePower({
        machine,
        driver,
        minimumGap,
        cache,
        store,
        clock,
        timing,
        random,
        logger,
        ...(options.observer && { observer: options.observer }),
      });
      this.#machines.set(machine.name, power);
    }
  }

  get machines(): readonly MachinePower[] {
    return [...this.#machines.values()];
  }

  find(name: string): MachinePower | undefined {
    return this.#machines.get(name);
  }

  /** Learns the state of every machine whose stored one is too old, so that the first client need not wait. */
  start(): void {
    for (const machine of this.machines) void this.#firstReads.add(() => machine.view());
  }

  async close(): Promise<void> {
    this.#firstReads.clear();
    await Promise.all(this.machines.map((machine) => machine.close()));
  }
}
