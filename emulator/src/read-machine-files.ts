import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MachineConfig } from "./config.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { MachineClaims } from "./machine-claims.ts";
import { ConfigError, parseMachine } from "./parse-config.ts";
import { parseJson } from "./parse-json.ts";

export interface MachineFilesOptions {
  readonly drivers: readonly DriverModule[];
  /** Machines of the configuration file: what is theirs no machine file can have. */
  readonly others: readonly MachineConfig[];
  /** Machines in use: one whose file is wrong now stays as it was. */
  readonly before: readonly MachineConfig[];
}

export interface MachineFiles {
  /** By name. */
  readonly machines: readonly MachineConfig[];
  /** Each names its file. */
  readonly mistakes: readonly string[];
}

const SUFFIX = ".json";

/**
 * Reads a folder with a file `<name>.json` for each machine. A wrong file is told by its name and drops no machine but
 * its own; that one stays as it was if it is in use. What begins with a dot is Kubernetes' own in a mounted Secret.
 * @throws ConfigError when the folder cannot be read
 */
export async function readMachineFiles(folder: string, options: MachineFilesOptions): Promise<MachineFiles> {
  const { drivers, others, before } = options;
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such folder" : `it cannot be read (${error.code})`;
    throw new ConfigError([`${folder}: ${reason}; name the folder of machine files with --machines-dir`]);
  });
  const files = entries.filter((entry) => entry.endsWith(SUFFIX) && !entry.startsWith(".")).sort();
  const texts = await Promise.all(files.map((file) => textOf(join(folder, file))));
  const claims = new MachineClaims(others);
  const machines: MachineConfig[] = [];
  const mistakes: string[] = [];
  const refused: string[] = [];
  files.forEach((file, index) => {
    const text = texts[index];
    if (text === undefined) return;
    const name = file.slice(0, -SUFFIX.length);
    const found = check(join(folder, file), name, text, drivers, claims);
    if (Array.isArray(found)) {
      mistakes.push(...found);
      refused.push(name);
      return;
    }
    claims.add(found);
    machines.push(found);
  });
  // Last, so that what a machine was does not stand in the way of what another one is.
  for (const old of before) {
    if (!refused.includes(old.name) || claims.conflict(old) !== undefined) continue;
    claims.add(old);
    machines.push(old);
  }
  return { machines: machines.sort((a, b) => (a.name < b.name ? -1 : 1)), mistakes };
}

/** The machine of a file, or what is wrong with it. */
function check(
  path: string,
  name: string,
  text: string | ConfigError,
  drivers: readonly DriverModule[],
  claims: MachineClaims,
): MachineConfig | string[] {
  try {
    if (text instanceof ConfigError) throw text;
    const machine = parseMachine(parseJson(path, text), drivers, path);
    if (machine.name !== name) return [`${path}: name: must be the file's (${name}); it is ${machine.name}`];
    const conflict = claims.conflict(machine);
    return conflict === undefined ? machine : [`${path}: ${conflict}`];
  } catch (error) {
    if (error instanceof ConfigError) return [...error.mistakes];
    throw error;
  }
}

/** Undefined for a file that went away since the folder was listed: that is no mistake. */
async function textOf(path: string): Promise<string | ConfigError | undefined> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? undefined : new ConfigError([`${path}: it cannot be read (${error.code})`]),
  );
}
