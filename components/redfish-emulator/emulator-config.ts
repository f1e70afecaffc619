import { RunError } from "@pulumi/pulumi";
import type { z } from "zod";
import { type EmulatorConfigInput, emulatorConfigSchema } from "../../emulator/src/config.ts";
import { credentialsFor, type HostConfig, type LabConfig } from "../config/index.ts";

/** A user of the emulator. */
export type EmulatorUser = EmulatorConfigInput["users"][number];

/**
 * The emulator's configuration file for a lab, checked with the emulator's own schema: what it would refuse at start, in a
 * crash loop, is refused here. Pure. Holds passwords: make a secret of what comes out.
 *
 * @throws RunError, which Pulumi prints without a stack, with one line for each mistake, at the lab's own path.
 */
export function emulatorConfig(lab: LabConfig, users: readonly EmulatorUser[]): EmulatorConfigInput {
  const config = {
    machines: lab.hosts.map((host) => machine(lab, host)),
    users: [...users],
    cacheSeconds: lab.emulator.cacheSeconds,
    logLevel: lab.emulator.logLevel,
  };
  const parsed = emulatorConfigSchema.safeParse(config);
  if (!parsed.success) throw new RunError(complaint(lab, parsed.error));
  return config;
}

function machine(lab: LabConfig, host: HostConfig): EmulatorConfigInput["machines"][number] {
  const { username, password } = credentialsFor(lab, host);
  return {
    name: host.name,
    driver: host.driver,
    address: host.address,
    username,
    password,
    macs: host.macs,
    bootMode: host.bootMode === "legacy" ? "Legacy" : "UEFI",
    gracefulShutdown: host.gracefulShutdown,
    options: host.options,
    ...(host.uuid === undefined ? {} : { uuid: host.uuid }),
    ...(host.cacheSeconds === undefined ? {} : { cacheSeconds: host.cacheSeconds }),
  };
}

/** Fields that the emulator has from elsewhere than from the host's own entry. */
const fromCredentials = new Set(["username", "password"]);

function complaint(lab: Pick<LabConfig, "hosts">, error: z.ZodError): string {
  const lines = error.issues.map(({ path, message }) => `  - ${labPath(lab, path)}: ${message}`);
  return `The Redfish emulator would refuse this configuration:\n${lines.join("\n")}`;
}

function labPath(lab: Pick<LabConfig, "hosts">, path: readonly PropertyKey[]): string {
  const [list, index, ...field] = path;
  const host = list === "machines" && typeof index === "number" ? lab.hosts[index] : undefined;
  if (host === undefined) return `edge-lab:emulator (${path.map(String).join(".")})`;
  const inner = field.map(String).join(".");
  if (fromCredentials.has(inner)) return `edge-lab:credentials.hosts.${host.name}.${inner}`;
  return `edge-lab:hosts[${String(index)}].${inner} (${host.name})`;
}
