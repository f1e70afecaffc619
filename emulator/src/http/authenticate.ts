import type { Context } from "koa";
import type { Principal } from "../auth/account.ts";
import { verifyLogin } from "../auth/verify-login.ts";
import { accessUnauthorized, noValidSession } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Service } from "../redfish/resource.ts";
import { originOf } from "./origin.ts";
import { readBasic } from "./read-basic.ts";

/**
 * Who makes the request: by session token, else by Basic authentication (DSP0266, "Authentication").
 * @throws RedfishError 401 when nobody is named or the credentials are wrong; 429 after too many wrong ones
 */
export async function authenticate(context: Context, service: Service): Promise<Principal> {
  const token = context.get("X-Auth-Token");
  if (token !== "") {
    const principal = service.sessions.authenticate(token);
    // A client that knows about sessions (sushy) logs in again at this answer.
    if (!principal) throw new RedfishError(401, noValidSession());
    return principal;
  }
  const credentials = readBasic(context.get("Authorization"));
  const principal =
    credentials &&
    (await verifyLogin(service, credentials.username, credentials.password, originOf(context)));
  if (!principal) throw new RedfishError(401, accessUnauthorized());
  return principal;
}
