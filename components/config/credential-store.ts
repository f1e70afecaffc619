import { inspect } from "node:util";
import type { CredentialsConfig } from "./credentials.ts";
import type { GitLogin } from "./git-login.ts";
import { knownDrivers } from "./known-drivers.ts";

/** A device's login, as plain text: wrap it with pulumi.secret where it enters a resource. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * The logins of a lab, held where nothing prints or stores them: no own fields for JSON, for Pulumi's record of
 * component arguments, for console.log or for an error that carries the configuration along.
 */
export class CredentialStore {
  readonly #config: CredentialsConfig;

  constructor(config: CredentialsConfig) {
    this.#config = config;
  }

  /** The host's own fields, else its driver's, else what the device fixes. Either may be missing. */
  find(host: { readonly name: string; readonly driver: string }): Partial<Login> {
    const own = this.#config.hosts[host.name];
    const shared = this.#config.defaults[host.driver];
    const fixed = knownDrivers.find((driver) => driver.name === host.driver)?.defaultUsername;
    return {
      username: own?.username || shared?.username || fixed,
      password: own?.password || shared?.password,
    };
  }

  /** For the repository that a cluster follows; empty where it needs none. */
  git(cluster: string): GitLogin {
    return this.#config.git[cluster] ?? {};
  }

  toJSON(): Record<string, never> {
    return {};
  }

  [inspect.custom](): string {
    return "CredentialStore {}";
  }
}
