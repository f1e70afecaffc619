import type { Login } from "../credential-store.ts";
import { driverNeeds } from "../driver-needs.ts";
import type { HostConfig } from "../host.ts";
import type { LabConfig } from "../lab.ts";

/** Stands in a preview for what was not set; `up` refuses a host without credentials before anything is made. */
export const unsetCredential = "not-set-yet";

/**
 * The login of a host's power device: its own fields, else its driver's; empty where there is none and the driver needs none.
 * Plain text: wrap it with pulumi.secret.
 */
export function credentialsFor(config: LabConfig, host: Pick<HostConfig, "name" | "driver">): Login {
  const { username, password } = config.credentials.find(host);
  const unset = (field: "username" | "password"): string =>
    driverNeeds(host.driver, field) ? unsetCredential : "";
  return { username: username || unset("username"), password: password || unset("password") };
}
