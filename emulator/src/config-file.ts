import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { EmulatorConfig } from "./config.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { FolderWatch } from "./folder-watch.ts";
import { ConfigError } from "./parse-config.ts";
import { type ConfigPlaces, readInventory } from "./read-inventory.ts";

export interface ConfigFileOptions extends ConfigPlaces {
  readonly drivers: readonly DriverModule[];
  /** The configuration that is in use already. */
  readonly current: EmulatorConfig;
  readonly logger: Logger;
  /** Takes a new configuration into use; what it throws refuses it. */
  readonly onChange: (config: EmulatorConfig) => Promise<void>;
  /** Told when a file was refused, and with `undefined` when all are right again. */
  readonly onProblem: (problem: string | undefined) => void;
}

/**
 * The configuration file in use and the machine files, if any: read again when they change. With a wrong new
 * configuration file all stays as it was; a wrong machine file leaves only its own machine as it was.
 */
export class ConfigFile {
  readonly #options: ConfigFileOptions;
  readonly #watches: readonly FolderWatch[];
  #current: EmulatorConfig;
  /** What was wrong last time; each state of the files is told once. */
  #refused = "";
  /** One after the other. */
  #checks: Promise<void> = Promise.resolve();

  constructor(options: ConfigFileOptions) {
    this.#options = options;
    this.#current = options.current;
    const { path, machinesFolder } = options;
    const folders = [dirname(path), ...(machinesFolder === undefined ? [] : [machinesFolder])];
    this.#watches = folders.map((folder) => new FolderWatch(folder, options.logger, () => void this.check()));
  }

  /** Reads the files now; resolves when they are in use or were refused. Never rejects. */
  check(): Promise<void> {
    this.#checks = this.#checks.then(() => this.#check());
    return this.#checks;
  }

  close(): Promise<void> {
    for (const watch of this.#watches) watch.close();
    return this.#checks;
  }

  async #check(): Promise<void> {
    const { path, drivers, logger, onChange } = this.#options;
    try {
      const { config, mistakes } = await readInventory(this.#options, drivers, this.#current.machines);
      if (!isDeepStrictEqual(config, this.#current)) {
        await onChange(config);
        this.#current = config;
      } else if (mistakes.length === 0 && this.#refused !== "") {
        logger.info({ path }, "the configuration is right again");
      }
      this.#tell("machine files were refused, their machines stay as they were", mistakes);
    } catch (error) {
      const mistakes =
        error instanceof ConfigError
          ? error.mistakes
          : [error instanceof Error ? error.message : String(error)];
      this.#tell("the configuration file was refused, the one before stays in use", mistakes);
    }
  }

  #tell(problem: string, mistakes: readonly string[]): void {
    const { path, logger, onProblem } = this.#options;
    onProblem(mistakes.length > 0 ? problem : undefined);
    if (this.#refused === mistakes.join("\n")) return;
    this.#refused = mistakes.join("\n");
    for (const mistake of mistakes) logger.error({ path }, `${problem}: ${mistake}`);
  }
}
