import type { EmulatorConfigInput } from "../../emulator/src/config.ts";
import { drivers } from "../../emulator/src/drivers/index.ts";
import { ConfigError, parseConfig } from "../../emulator/src/parse-config.ts";
import { hostNamespace, type LabConfig } from "../config/index.ts";
import { ProgramError } from "../errors/program-error.ts";
import { machineEntry } from "./machine-entry.ts";

/** A user of the emulator. */
export type EmulatorUser = EmulatorConfigInput["users"][number];

/**
 * The emulator's whole configuration for a lab, machines included, checked by the emulator's own rules, driver options included: what it would
 * refuse at start, in a crash loop, is refused here. Pure. Holds passwords: make a secret of what comes out.
 *
 * @throws ProgramError with one line for each mistake at the lab's own path.
 */
export function emulatorConfig(lab: LabConfig, users: readonly EmulatorUser[]): EmulatorConfigInput {
  const config = {
    machines: lab.hosts.map((host) => machineEntry(lab, host)),
    users: [...users],
    cacheSeconds: lab.emulator.cacheSeconds,
    eventLimit: lab.emulator.eventLimit,
    metrics: { anonymous: lab.emulator.metrics.anonymous },
    ...(lab.emulator.kubernetesView ? { kubernetes: { namespace: hostNamespace } } : {}),
    logLevel: lab.emulator.logLevel,
  };
  try {
    parseConfig(config, drivers);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.mistakes.map((mistake) => `  - ${atLabPath(lab, mistake)}`);
    throw new ProgramError(`The Redfish emulator would refuse this configuration:\n${lines.join("\n")}`);
  }
  return config;
}

/** The emulator's mistakes begin with a path in its own file, such as `machines[2].address`. */
function atLabPath({ hosts }: LabConfig, mistake: string): string {
  const [, index = "", field = "", rest = ""] = /^machines\[(\d+)\]\.?([^:\s]*)(.*)$/s.exec(mistake) ?? [];
  const host = hosts[Number(index || "-1")];
  if (host === undefined) return `edge-lab:emulator ${mistake}`;
  const path =
    field === "username" || field === "password"
      ? `edge-lab:credentials.hosts.${host.name}.${field}`
      : `edge-lab:hosts[${index}].${field}`;
  return `${path} (${host.name})${rest.replaceAll(/machines\[/g, "edge-lab:hosts[")}`;
}
