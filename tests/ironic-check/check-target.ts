/** A machine of the emulator under check, with what the checks must know of it beforehand. */
export interface CheckedMachine {
  readonly name: string;
  readonly kind: "amt" | "tapo";
  readonly macs: readonly string[];
  /** Seconds a power state is answered from the cache. */
  readonly cacheSeconds: number;
  readonly gracefulShutdown: "refuse" | "forceOff";
}

/** A running emulator together with the simulated devices behind it. */
export interface CheckTarget {
  /** For people. */
  readonly what: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** File with the authority behind its certificate. */
  readonly caFile: string;
  /** Unix socket of the devices' control API. */
  readonly devices: string;
  readonly machines: readonly CheckedMachine[];
}
