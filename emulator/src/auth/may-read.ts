import type { Principal } from "./account.ts";
import { type Entity, mayCall } from "./privileges.ts";

/**
 * Whether a user may have what a resource says, where no request for that resource itself is judged: gathered by a query,
 * told as an event, answered from before. Not while the password has to be changed (DSP0266, "Password change required handling").
 */
export function mayRead(principal: Principal, entity: Entity, own = false): boolean {
  return !principal.mustChangePassword && mayCall(principal.role, entity, "GET", own);
}
