import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { devicesConfigSchema } from "../devices/devices-config.ts";
import { machinesConfigSchema } from "../machine/machines-config.ts";
import { devicesConfigFile, machinesConfigFile, type SimSettings } from "../settings.ts";
import type { SimDevice, SimLab } from "./sim-lab.ts";
import { type SimMachine, type SimMachines, simMachines } from "./sim-machines.ts";

/** What stands in the lab's rack: devices, and the machines behind them. */
export interface SimRack {
  readonly devices: readonly SimDevice[];
  readonly machines: SimMachines;
  /** Names of those that are there still though they are no longer declared. */
  readonly leaving: readonly string[];
}

/**
 * The rack while `pulumi up` is at it: what is declared, and what stood there before. As with real machines: who takes a
 * host out of the stack file pulls its plug only when Pulumi has let go of it, since until then it is to be switched off
 * in order. What is declared wins: of what was there before nothing stays whose address or MAC is now another's.
 */
export function simRack(settings: SimSettings, lab: SimLab): SimRack {
  const before = written(devicesConfigFile(settings), devicesConfigSchema)?.devices ?? [];
  const leaving = before.filter(
    (device) => !lab.devices.some((declared) => declared.name === device.name || collide(declared, device)),
  ) as SimDevice[];
  const names = leaving.map(({ name }) => name);
  const machinesBefore = (written(machinesConfigFile(settings), machinesConfigSchema)?.machines ??
    []) as SimMachine[];
  const declared = simMachines(lab.config, lab.devices, machinesBefore);
  const machinesLeaving = machinesBefore.filter(({ name }) => names.includes(name));
  return {
    devices: [...lab.devices, ...leaving],
    machines: { ...declared, machines: [...declared.machines, ...machinesLeaving] },
    leaving: names,
  };
}

/** The rack when Pulumi has let go of what is no longer declared. */
export function withoutLeaving({ devices, machines, leaving }: SimRack): SimRack {
  const stays = ({ name }: { readonly name: string }) => !leaving.includes(name);
  return {
    devices: devices.filter(stays),
    machines: { ...machines, machines: machines.machines.filter(stays) },
    leaving: [],
  };
}

function collide(one: SimDevice, other: { host: string; port: number; macs: readonly string[] }): boolean {
  return (
    (one.host === other.host && one.port === other.port) || one.macs.some((mac) => other.macs.includes(mac))
  );
}

/** The content of a configuration file of ours; undefined when there is none, or one that nothing ever ran with. */
function written<T extends z.ZodType>(file: string, schema: T): z.infer<T> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
