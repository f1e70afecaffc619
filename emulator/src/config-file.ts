import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { EmulatorConfig } from "./config.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { FolderWatch } from "./folder-watch.ts";
import { ConfigError } from "./parse-config.ts";
import { readConfig } from "./read-config.ts";

export interface ConfigFileOptions {
  readonly path: string;
  readonly drivers: readonly DriverModule[];
  /** The configuration that is in use already. */
  readonly current: EmulatorConfig;
  readonly logger: Logger;
  /** Takes a new configuration into use; what it throws refuses it. */
  readonly onChange: (config: EmulatorConfig) => Promise<void>;
  /** Told when the file was refused, and with `undefined` when it is right again. */
  readonly onProblem: (problem: string | undefined) => void;
}

/** The configuration file in use: read again when it changes. With a wrong new one the old one stays in use. */
export class ConfigFile {
  readonly #options: ConfigFileOptions;
  readonly #watch: FolderWatch;
  #current: EmulatorConfig;
  /** What was wrong with the file last time; each state of the file is told once. */
  #refused = "";
  /** One after the other. */
  #checks: Promise<void> = Promise.resolve();

  constructor(options: ConfigFileOptions) {
    this.#options = options;
    this.#current = options.current;
    this.#watch = new FolderWatch(dirname(options.path), options.logger, () => void this.check());
  }

  /** Reads the file now; resolves when it is in use or was refused. Never rejects. */
  check(): Promise<void> {
    this.#checks = this.#checks.then(() => this.#check());
    return this.#checks;
  }

  close(): Promise<void> {
    this.#watch.close();
    return this.#checks;
  }

  async #check(): Promise<void> {
    const { path, drivers, logger, onChange, onProblem } = this.#options;
    try {
      const config = await readConfig(path, drivers);
      if (!isDeepStrictEqual(config, this.#current)) {
        await onChange(config);
        this.#current = config;
      } else if (this.#refused !== "") logger.info({ path }, "the configuration file is right again");
      this.#refused = "";
      onProblem(undefined);
    } catch (error) {
      const mistakes =
        error instanceof ConfigError
          ? error.mistakes
          : [error instanceof Error ? error.message : String(error)];
      onProblem("the configuration file was refused, the one before stays in use");
      if (this.#refused === mistakes.join("\n")) return;
      this.#refused = mistakes.join("\n");
      for (const mistake of mistakes) {
        logger.error({ path }, `the new configuration is refused, the old one stays in use: ${mistake}`);
      }
    }
  }
}
