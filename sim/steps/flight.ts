import { join } from "node:path";
import { nodeBinaries } from "../../tools/node-binaries.ts";
import { pythonEnvironment } from "../../tools/python-environment.ts";
import type { SimLab } from "../lab/sim-lab.ts";
import { installedSystemSupport } from "../machine/os/installed-system-support.ts";
import type { StopAt } from "../pulumi/stopping-early.ts";
import type { SimSettings } from "../settings.ts";
import type { StandInsConfig } from "../standins/stand-ins-config.ts";
import type { MachinesStep } from "./machines.ts";

/** What it takes to carry out what is declared: Ironic, and machines that install and run what it gives them. */
export interface Flight extends MachinesStep {
  readonly ironic: NonNullable<StandInsConfig["ironic"]>;
  /** Why machines stop at an installed disk here; undefined when they go on to run their system. */
  readonly limit?: string;
}

/**
 * Finds, downloads or builds it. Long the first time: Ironic comes from PyPI, the nodes' programs are built for each
 * Kubernetes version that has a node image.
 * @throws ToolError with what cannot be had, and the way out.
 */
export async function prepareFlight(
  settings: SimSettings,
  { config }: SimLab,
  { signal, stopAt }: { readonly signal: AbortSignal; readonly stopAt?: StopAt | undefined },
): Promise<Flight> {
  const folder = join(settings.stateDir, "ironic");
  const python = await pythonEnvironment("ironic", {
    signal,
    onProgress: (line) => console.log(`Ironic: ${line}`),
  });
  // The authority that Ironic is given for BMCs signs its own certificate too.
  const flight = { ironic: { folder, python }, caFile: join(folder, "bmc-ca.crt") };
  const limit = await installedSystemSupport();
  if (limit) return { ...flight, limit };
  if (stopAt || config.await !== "full") return flight;
  const versions = new Set(
    Object.entries(config.nodeImage.images).map(([name, { version }]) => version ?? name),
  );
  const binaries: Record<string, string> = {};
  for (const version of versions) binaries[version] = await nodeBinaries(version, { signal });
  return { ...flight, binaries };
}
