import type { Principal } from "../auth/account.ts";
import { type Method, mayCall, maySet } from "../auth/privileges.ts";
import { about, insufficientPrivilege, passwordChangeRequired } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { JsonObject, Resource, Service } from "../redfish/resource.ts";
import { uris } from "../redfish/uris.ts";

/** What a user wants to do to which resource. */
export interface Attempt {
  readonly principal: Principal;
  readonly resource: Resource;
  readonly method: Method;
  /** Whether the resource is the user's own. */
  readonly own: boolean;
}

/** @throws RedfishError 403 when the role does not allow the method, or the user has to change the password first */
export function authorize({ principal, resource, method, own }: Attempt, service: Service): void {
  const toOwnAccount = resource.entity === "ManagerAccount" && own && method !== "DELETE";
  if (!toOwnAccount) requireSettledPassword(principal, service);
  if (!mayCall(principal.role, resource.entity, method, own)) {
    throw new RedfishError(403, insufficientPrivilege());
  }
}

/**
 * Judges a PATCH by its properties. Nothing is taken from a request that sets anything the user may not.
 * @throws RedfishError 403 naming every property that is refused
 */
export function authorizeProperties(attempt: Attempt, body: JsonObject, service: Service): void {
  const { principal, resource, method, own } = attempt;
  if (method !== "PATCH") return;
  const properties = Object.keys(body).filter((property) => !property.includes("@"));
  if (properties.some((property) => property !== "Password")) requireSettledPassword(principal, service);
  const refused = properties.filter((property) => !maySet(principal.role, resource.entity, property, own));
  if (refused.length > 0) {
    throw new RedfishError(
      403,
      refused.map((property) => about(property, insufficientPrivilege())),
    );
  }
}

/** @throws RedfishError 403 naming the account's URI while its password has to be changed (DSP0266) */
export function requireSettledPassword(principal: Principal, service: Service): void {
  if (!principal.mustChangePassword) return;
  const { id = "" } = service.accounts.byName(principal.username) ?? {};
  throw new RedfishError(403, passwordChangeRequired(uris.account(id)));
}
