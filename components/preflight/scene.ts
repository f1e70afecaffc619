import type { LabConfig } from "../config/lab.ts";
import type { InfraView } from "./infra-view.ts";
import type { Place } from "./place.ts";
import type { Seen } from "./seen.ts";

/** What all checks share. */
export interface Scene {
  readonly config: LabConfig;
  readonly infra: InfraView;
  readonly place: Place;
  /** The configuration with the devices' logins, which the file has encrypted. */
  readonly withLogins: () => Promise<Seen<LabConfig>>;
}
