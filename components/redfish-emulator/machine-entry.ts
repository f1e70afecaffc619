import type { MachineConfigInput } from "../../emulator/src/config.ts";
import type { HostConfig } from "../config/host.ts";
import type { LabConfig } from "../config/lab.ts";
import { credentialsFor } from "../config/resolve/credentials-for.ts";

/** A host in the emulator's words: the content of its machine file. Pure. Holds a password: make a secret of it. */
export function machineEntry(lab: LabConfig, host: HostConfig): MachineConfigInput {
  const { username, password } = credentialsFor(lab, host);
  return {
    name: host.name,
    driver: host.driver,
    username,
    password,
    macs: host.macs,
    bootMode: host.bootMode === "legacy" ? "Legacy" : "UEFI",
    gracefulShutdown: host.gracefulShutdown,
    options: host.options,
    ...(host.address === undefined ? {} : { address: host.address }),
    ...(host.uuid === undefined ? {} : { uuid: host.uuid }),
    ...(host.facts === undefined ? {} : { facts: host.facts }),
    ...(host.cacheSeconds === undefined ? {} : { cacheSeconds: host.cacheSeconds }),
  };
}
