import type { BootOverride } from "../drivers/driver.ts";
import type { Store } from "../store/store.ts";
import { type BootSettings, defaultBootSettings, nextBoot, spent } from "./boot-settings.ts";

/** A start that is about to be asked of the device. */
export interface Start {
  /** What it boots from; undefined when the firmware decides. */
  readonly boot: BootOverride | undefined;
  /** The device took it, with its boot override. */
  used(): void;
}

export interface BootKeeperOptions {
  readonly machine: string;
  /** Where nothing is stored yet. */
  readonly mode: BootSettings["mode"];
  readonly store: Store;
}

/** A machine's boot override: kept for its next start, and over once a start has used it. */
export class BootKeeper {
  readonly #options: BootKeeperOptions;
  #settings: BootSettings;
  /** Counts the overrides that were asked for: the same one twice is two, each for a start of its own. */
  #asked = 0;

  constructor(options: BootKeeperOptions) {
    const { machine, mode, store } = options;
    this.#options = options;
    this.#settings = store.bootSettings.load(machine) ?? defaultBootSettings(mode);
  }

  get settings(): BootSettings {
    return this.#settings;
  }

  /** Resolves when the change would survive a crash. */
  async set(change: Partial<BootSettings>): Promise<void> {
    // The mode alone is no new override: what a start under way uses is over after it all the same.
    if (change.target !== undefined || change.enabled !== undefined) this.#asked += 1;
    this.#become({ ...this.#settings, ...change });
    await this.#options.store.commit();
  }

  /** The override as it is for a start that begins now; one that is set from now on is for the start after it. */
  start(): Start {
    const boot = nextBoot(this.#settings);
    const asked = this.#asked;
    const used = (): void => {
      if (boot && this.#asked === asked) this.#become(spent(this.#settings));
    };
    return { boot, used };
  }

  #become(settings: BootSettings): void {
    this.#settings = settings;
    this.#options.store.bootSettings.save(this.#options.machine, settings);
  }
}
