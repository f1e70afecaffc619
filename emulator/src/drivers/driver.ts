/**
 * What the emulator asks of a kind of power device. A new kind is one new folder beside this file that exports a
 * {@link DriverModule}, and one line in index.ts. Only the power controller (src/power/) ever calls a driver.
 */
import type { Logger } from "pino";
import type { z } from "zod";
import type { MachineConfig } from "../config.ts";

/** What the device itself reports. "Paused" covers sleep and hibernation. */
export type DevicePower = "On" | "Off" | "Paused";

/** What a device can be told to do; Redfish's ResetType is translated to these by the power controller. */
export type PowerAction = "on" | "off" | "cycle" | "reset" | "gracefulOff" | "gracefulReset" | "nmi";

/** What became of an action. "needless": the machine was in the wished state already, so the device was not asked. */
export type ActOutcome = "accepted" | "needless";

/** A boot device asked for at one power action. Without a mode the firmware keeps its own. */
export interface BootOverride {
  readonly target: "Pxe" | "Hdd" | "Cd" | "BiosSetup";
  readonly mode?: "UEFI" | "Legacy";
}

/** What a driver can do with its kind of device at best; the Redfish resource offers nothing beyond it. */
export interface DriverCapabilities {
  readonly actions: readonly PowerAction[];
  readonly bootTargets: readonly BootOverride["target"][];
  /** "advisory": the device cannot choose a boot device, so an override is kept and spent but not enforced. */
  readonly bootOverride: "enforced" | "advisory";
}

export interface PowerReading {
  readonly power: DevicePower;
  /** What the device says it can do now, where it says so; narrows the capabilities. */
  readonly actions?: readonly PowerAction[];
  /** Version of the device's firmware, where the answer tells it in passing: another one makes identity be read anew. */
  readonly firmwareVersion?: string;
  /** Whether this very device has an energy meter, where the answer tells it in passing: see {@link PowerDriver.energy}. */
  readonly measuresEnergy?: boolean;
}

/** What a device's energy meter shows. */
export interface EnergyReading {
  /** Power drawn now, in watts. */
  readonly watts: number;
  /** Energy in watt-hours since the begin of a period that the device counts by its own calendar. */
  readonly totals: readonly EnergyTotal[];
}

export interface EnergyTotal {
  /** A day or month of the device's local time; "lifetime" was never reset. */
  readonly period: "day" | "month" | "lifetime";
  readonly wattHours: number;
  /** When the period began: milliseconds since 1970; absent where the device does not let it be known. */
  readonly since?: number;
}

/** Facts about the machine that a device knows. Every one is optional: a plug knows none about its machine. */
export interface DeviceIdentity {
  /** SMBIOS UUID, lower case with dashes. */
  readonly uuid?: string;
  readonly hostName?: string;
  readonly model?: string;
  readonly serialNumber?: string;
  readonly biosVersion?: string;
  /** Version of the device's own firmware (the AMT engine, the plug). */
  readonly firmwareVersion?: string;
  readonly processor?: { readonly model?: string | undefined; readonly count?: number | undefined };
  /** Installed memory in GiB. */
  readonly memoryGiB?: number;
  /** Lower case, colons. */
  readonly macs?: readonly string[];
  /** Whether the device has an energy meter. */
  readonly measuresEnergy?: boolean;
}

/**
 * One device. The power controller calls it serially, with a minimum gap, a time-out (through the signal) and
 * bounded retries, so a driver needs no queue of its own. Every method rejects with a DeviceError (errors.ts).
 */
export interface PowerDriver {
  readonly capabilities: DriverCapabilities;
  /** Milliseconds from the end of one action to the begin of the next, where the device needs such a rest. */
  readonly actionGapMs?: number;
  readPower(signal: AbortSignal): Promise<PowerReading>;
  /**
   * Accepted, not necessarily settled: the power controller follows by readPower. `boot` is what to boot from when
   * the action starts the machine; it is undefined where nothing was asked for, or where the action starts nothing.
   * It counts as used unless the action was needless: a driver that cannot tell says "accepted".
   */
  act(action: PowerAction, boot: BootOverride | undefined, signal: AbortSignal): Promise<ActOutcome>;
  /**
   * Facts about the machine. Called in the background, about once a day, and stopped by the signal whenever the device
   * is needed for something else; may take a while.
   */
  identity?(signal: AbortSignal): Promise<DeviceIdentity>;
  /**
   * What the energy meter shows; undefined when the device has none after all. Called after a reading that said
   * `measuresEnergy`, at most once for each time the power state is cached.
   */
  energy?(signal: AbortSignal): Promise<EnergyReading | undefined>;
  /** Ends sessions and sockets. Called once; must not reject. */
  close(): Promise<void>;
}

/** Where the emulator reaches a device: what a firewall or a network policy in front of it must let through. */
export interface DevicePeer {
  /** Address or name, an IPv6 address without brackets. */
  readonly host: string;
  /** Ports; none at all means every port. */
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}

/** What a machine's entry holds for its device alone. */
export type DeviceField = "address" | "username" | "password";

/** A kind of device: how its options are checked and how a driver for one machine is made. */
export interface DriverModule<Options = unknown> {
  /** The word in the configuration's `driver` field. */
  readonly kind: string;
  /** Schema of the machine's `options`; an absent `options` is parsed as `{}`. */
  readonly options: z.ZodType<Options>;
  /** Milliseconds between the end of one call and the start of the next at the same device. */
  readonly minimumGapMs: number;
  /** What a machine of this kind need not have; the rest of a {@link DeviceField} must be there and not empty. */
  readonly optionalFields?: readonly DeviceField[];
  /** All that this kind reaches over the network; without it, the machine's address on its port over TCP. */
  peers?(machine: Pick<MachineConfig, "address">, options: Options): readonly DevicePeer[];
  create(machine: MachineConfig, options: Options, deps: { readonly logger: Logger }): PowerDriver;
}
