import type { MachineDisk } from "./machine-disk.ts";
import type { MachineConfig } from "./machines-config.ts";

export interface StartedSystem {
  /** How it ended by itself; never settles while it runs, nor after a power cut. */
  readonly done: Promise<"poweroff" | "reboot" | "crash">;
  /** A power cut. */
  stop(): Promise<void>;
}

/** What starts the system that lies on a machine's disk. */
export interface InstalledSystems {
  /**
   * @param disk the one that holds the image.
   * @throws Error when it cannot be started; the machine then hangs as one whose boot loader fails.
   */
  start(
    machine: MachineConfig,
    disk: MachineDisk,
    event: (what: string, detail?: string) => void,
  ): Promise<StartedSystem>;
}

/** Where no system can be run (no root, no namespaces): the machine stays on and does nothing. */
export class IdleSystems implements InstalledSystems {
  start(): Promise<StartedSystem> {
    return Promise.resolve({ done: new Promise<never>(() => undefined), stop: () => Promise.resolve() });
  }
}
