import { inParallel } from "../../components/parallel/in-parallel.ts";
import { apiPaths } from "./api-paths.ts";
import { EmulatorClient, EmulatorFailure, type SystemReport } from "./emulator-client.ts";
import { type HostRow, hostRows } from "./host-rows.ts";
import type { LabContext } from "./lab-context.ts";
import { textTable } from "./text-table.ts";

export interface HostsReport {
  readonly hosts: readonly HostRow[];
  /** Why power states are not the emulator's; null when they are. */
  readonly emulator: string | null;
}

/** Different devices are asked side by side; the emulator itself asks each one call at a time. */
const atOnce = 8;

/**
 * Every host of a lab: what Metal3 does with it, who uses it, and its power as the emulator sees it.
 * @throws LabError, ApiRefusal or ApiUnreachable when the infra cluster cannot be asked. An emulator that cannot is told of.
 */
export async function hostsReport(lab: LabContext): Promise<HostsReport> {
  const api = lab.infra();
  const [hosts, machines] = await Promise.all([api.list(apiPaths.hosts), api.list(apiPaths.machines)]);
  const declared = lab.config.hosts;
  const systems = new Map<string, SystemReport>();
  let emulator: string | null = null;
  try {
    const client = await EmulatorClient.of(lab, api);
    if (client === undefined) emulator = "the emulator is not declared yet";
    else {
      // First alone, so that an emulator that is away or refuses the login is asked once and not for each host.
      await client.systemCount();
      await inParallel(declared, atOnce, async ({ name }) => {
        const system = await client.system(name);
        if (system !== undefined) systems.set(name, system);
      });
    }
  } catch (error) {
    if (!(error instanceof EmulatorFailure)) throw error;
    emulator = error.message;
  }
  return { hosts: hostRows({ declared, hosts, machines, systems }), emulator };
}

/** The report for people: a table, each trouble on a line below its host. */
export function hostsText({ hosts, emulator }: HostsReport): string {
  const rows = hosts.map((row) => [
    row.host,
    row.driver ?? "-",
    `${row.power ?? "?"}${row.powerFrom === "metal3" ? "*" : ""}`,
    row.state,
    row.machine === null ? "-" : [row.cluster, row.machine].filter((part) => part !== null).join("/"),
  ]);
  const lines = textTable([["HOST", "DRIVER", "POWER", "STATE", "USED BY"], ...rows]).split("\n");
  const [head = "", ...body] = lines;
  const told = body.flatMap((line, index) => {
    const { error = null, hint = null } = hosts[index] ?? {};
    const trouble = error === null ? [] : [`  ! ${error.replaceAll(/\s+/g, " ").trim()}`];
    return [line, ...trouble, ...(hint === null ? [] : [`    ${hint}`])];
  });
  const note =
    emulator === null ? [] : ["", `* as Metal3 last saw it: the emulator was not asked (${emulator})`];
  return [head, ...told, ...note].join("\n");
}
