import type { AuditLog } from "../audit/audit-log.ts";
import type { EmulatorMetrics } from "../metrics/emulator-metrics.ts";
import { serviceTemporarilyUnavailable } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Principal } from "./account.ts";
import type { Accounts } from "./accounts.ts";
import type { LoginThrottle } from "./login-throttle.ts";

interface LoginCheck {
  readonly accounts: Accounts;
  readonly throttle: LoginThrottle;
  readonly metrics: EmulatorMetrics;
  readonly audit: AuditLog;
}

/**
 * Checks a user name and password that came from a client.
 * @returns undefined when they are wrong
 * @throws RedfishError 429 while the client's address is held back after too many wrong ones
 */
export async function verifyLogin(
  { accounts, throttle, metrics, audit }: LoginCheck,
  username: string,
  password: string,
  origin: string,
): Promise<Principal | undefined> {
  // A client that starts sends its burst before the first answer: one try, not ten.
  const counts = !accounts.remembers(username, password) && !accounts.checks(username, password);
  if (counts) {
    const seconds = throttle.wait(origin);
    if (seconds > 0) {
      metrics.service.loginChecked("held-back");
      throw new RedfishError(429, serviceTemporarilyUnavailable(seconds), { "Retry-After": String(seconds) });
    }
    throttle.tried(origin);
  }
  const principal = await accounts.verify(username, password);
  metrics.service.loginChecked(principal ? "right" : "wrong");
  if (principal) {
    if (counts) throttle.succeeded(origin);
  } else {
    // Only names of users that exist: people type passwords into the wrong field.
    const known = accounts.byName(username) && { username };
    audit.record({ kind: "session", ...known, outcome: "refused", message: "wrong user name or password" });
  }
  return principal;
}
