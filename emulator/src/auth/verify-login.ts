import type { EmulatorMetrics } from "../metrics/emulator-metrics.ts";
import { serviceTemporarilyUnavailable } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Accounts, Principal } from "./accounts.ts";
import type { LoginThrottle } from "./login-throttle.ts";

interface LoginCheck {
  readonly accounts: Accounts;
  readonly throttle: LoginThrottle;
  readonly metrics: EmulatorMetrics;
}

/**
 * Checks a user name and password that came from a client.
 * @returns undefined when they are wrong
 * @throws RedfishError 429 while the client's address is held back after too many wrong ones
 */
export async function verifyLogin(
  { accounts, throttle, metrics }: LoginCheck,
  username: string,
  password: string,
  origin: string,
): Promise<Principal | undefined> {
  if (!accounts.remembers(username, password)) {
    const seconds = throttle.wait(origin);
    if (seconds > 0) {
      metrics.service.loginChecked("held-back");
      throw new RedfishError(429, serviceTemporarilyUnavailable(seconds), { "Retry-After": String(seconds) });
    }
  }
  const principal = await accounts.verify(username, password);
  metrics.service.loginChecked(principal ? "right" : "wrong");
  if (principal) throttle.succeeded(origin);
  else throttle.failed(origin);
  return principal;
}
