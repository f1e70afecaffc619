import { serviceTemporarilyUnavailable } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Accounts, Principal } from "./accounts.ts";
import type { LoginThrottle } from "./login-throttle.ts";

/**
 * Checks a user name and password that came from a client.
 * @returns undefined when they are wrong
 * @throws RedfishError 429 while the client's address is held back after too many wrong ones
 */
export async function verifyLogin(
  { accounts, throttle }: { readonly accounts: Accounts; readonly throttle: LoginThrottle },
  username: string,
  password: string,
  origin: string,
): Promise<Principal | undefined> {
  if (!accounts.remembers(username, password)) {
    const seconds = throttle.wait(origin);
    if (seconds > 0) {
      throw new RedfishError(429, serviceTemporarilyUnavailable(seconds), { "Retry-After": String(seconds) });
    }
  }
  const principal = await accounts.verify(username, password);
  if (principal) throttle.succeeded(origin);
  else throttle.failed(origin);
  return principal;
}
