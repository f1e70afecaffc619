import { CredentialStore } from "../credential-store.ts";
import type { CredentialsConfig } from "../credentials.ts";
import { driverNeeds } from "../driver-needs.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** Every host needs a login for its device. A preview does without and says so. */
export const hostCredentials: Check = (draft, mode) => {
  const store = new CredentialStore({
    defaults: (draft.credentials?.defaults ?? {}) as CredentialsConfig["defaults"],
    hosts: (draft.credentials?.hosts ?? {}) as CredentialsConfig["hosts"],
    git: {},
  });
  return (draft.hosts ?? []).flatMap((host): Problem[] => {
    if (host?.name === undefined || host.driver === undefined) return [];
    const login = store.find({ name: host.name, driver: host.driver });
    const missing = (["username", "password"] as const).filter(
      (field) => !login[field] && driverNeeds(host.driver, field),
    );
    if (missing.length === 0) return [];
    const wrong = `has no ${missing.join(" and ")} (driver ${host.driver})`;
    const fix = `run \`npm run init\`, which asks for it; edge-lab:credentials.defaults.${host.driver} serves all hosts of the driver`;
    const found = problem(["credentials", "hosts", host.name], undefined, wrong, fix);
    return [{ ...found, severity: mode === "preview" ? "warning" : "error" }];
  });
};
