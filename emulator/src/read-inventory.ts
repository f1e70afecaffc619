import type { EmulatorConfig, MachineConfig } from "./config.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { readConfig } from "./read-config.ts";
import { readMachineFiles } from "./read-machine-files.ts";

/** Where the configuration stands. */
export interface ConfigPlaces {
  /** The configuration file. */
  readonly path: string;
  /** A folder with a file for each further machine. */
  readonly machinesFolder?: string | undefined;
}

export interface Inventory {
  /** With the machines of both places. */
  readonly config: EmulatorConfig;
  /** Of machine files that were refused. */
  readonly mistakes: readonly string[];
}

/**
 * Reads and checks the configuration file and the machine files beside it.
 * @param before machines in use
 * @throws ConfigError for mistakes of the configuration file, and when the folder cannot be read
 */
export async function readInventory(
  { path, machinesFolder }: ConfigPlaces,
  drivers: readonly DriverModule[],
  before: readonly MachineConfig[] = [],
): Promise<Inventory> {
  const config = await readConfig(path, drivers);
  if (machinesFolder === undefined) return { config, mistakes: [] };
  const others = config.machines;
  const { machines, mistakes } = await readMachineFiles(machinesFolder, { drivers, others, before });
  return { config: { ...config, machines: [...others, ...machines] }, mistakes };
}
