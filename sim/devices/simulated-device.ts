import type { CallSnapshot } from "./call-counters.ts";

export type DeviceKind = "amt" | "tapo";

/** What the machine behind the device has of power. A plug knows "on" and "off" only. */
export type MachinePower = "on" | "off" | "sleep" | "hibernate";

/**
 * Why the power changed: the commands of the protocol by their effect, the physical button, the machine itself (an
 * operating system that shuts down or reboots), or its plug, pulled out of the wall.
 */
export type PowerCause =
  | "on"
  | "off"
  | "reset"
  | "cycle"
  | "sleep"
  | "button"
  | "shutdown"
  | "reboot"
  | "unplugged";

/** One start of the machine's firmware, with what the device told it to boot. */
export interface BootRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly cause: PowerCause;
  /** What was forced: "pxe", "disk", "cd"; null means the firmware's own order, which is all a plug can do. */
  readonly source: "pxe" | "disk" | "cd" | null;
  /** Boot settings that differed from their defaults, by the device's own names (BIOSSetup, UseSOL ...). */
  readonly settings: Readonly<Record<string, string>>;
  /** A source together with a setting that excludes it; real firmware does as it likes then. */
  readonly conflict: boolean;
}

/** The power changed, or the machine started anew with the power on all the time (a reset: power on, with a boot). */
export interface PowerEvent {
  readonly device: string;
  readonly power: MachinePower;
  readonly cause: PowerCause;
  /** ISO 8601. */
  readonly at: string;
  readonly boot?: BootRecord;
}

/** A device as the control API shows it. */
export interface DeviceSnapshot {
  readonly name: string;
  readonly kind: DeviceKind;
  /** host:port of the protocol. */
  readonly address: string;
  readonly power: MachinePower;
  /** A command that was accepted and has not settled yet. */
  readonly transition?: string;
  readonly calls: CallSnapshot;
  readonly faults: Readonly<Record<string, unknown>>;
  readonly boots: readonly BootRecord[];
  /** SHA-256 of the certificate, with TLS only. */
  readonly fingerprint256?: string;
}

/**
 * A simulated device seen from behind the protocol: what a person in front of the machine, a test, or the later
 * simulator of the whole machine can see and do. Nothing of it can be reached through the device's own port.
 */
export interface SimulatedDevice {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly host: string;
  /** The real one, also when 0 was asked for. */
  readonly port: number;
  readonly address: string;
  readonly power: MachinePower;
  readonly boots: readonly BootRecord[];
  readonly counters: CallSnapshot;
  readonly faults: Readonly<Record<string, unknown>>;
  /**
   * Replaces all faults by these; what is not named goes back to its default.
   * @throws Error naming every unknown or ill-typed fault.
   */
  setFaults(faults: unknown): void;
  resetCounters(): void;
  /** The power button of the machine, or the button on the plug. */
  pressButton(): void;
  /** The operating system shuts the machine down or reboots it, without the device being asked. */
  machineDid(action: "shutdown" | "reboot"): void;
  /** Cuts the machine's power at once, whatever it is in the middle of. The device itself answers until it is closed. */
  unplug(): void;
  /** Called after every power change and every start of the firmware; the returned function unsubscribes. */
  onPower(listener: (event: PowerEvent) => void): () => void;
  snapshot(): DeviceSnapshot;
  /** Frees the ports and cuts every connection. The power stays as it is, as a relay's does. */
  close(): Promise<void>;
}
