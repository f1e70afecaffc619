import type { Login } from "../credential-store.ts";
import type { HostConfig } from "../host.ts";
import type { LabConfig } from "../lab.ts";

/** Stands in a preview for what was not set; `up` refuses a host without credentials before anything is made. */
export const unsetCredential = "not-set-yet";

/** The login of a host's power device: its own fields, else its driver's. Plain text: wrap it with pulumi.secret. */
export function credentialsFor(config: LabConfig, host: Pick<HostConfig, "name" | "driver">): Login {
  const { username, password } = config.credentials.find(host);
  return { username: username ?? unsetCredential, password: password ?? unsetCredential };
}
