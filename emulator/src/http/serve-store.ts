import type { Middleware } from "koa";
import { ROLES } from "../auth/privileges.ts";
import { insufficientPrivilege, operationNotAllowed } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Service } from "../redfish/resource.ts";
import { authenticate } from "./authenticate.ts";
import { requireSettledPassword } from "./authorize.ts";
import type { RequestState } from "./request-state.ts";

/**
 * GET /store: a copy of the store for a backup, as JSON {"format": "sqlite3", "content": base64}. For administrators alone, since
 * it holds hashes of passwords; audited.
 * @throws RedfishError 401 without a login, 403 without the privilege ConfigureManager, 405 for other methods than GET
 */
export function serveStore(service: Service): Middleware<RequestState> {
  return async (context, next) => {
    if (context.path !== "/store") return next();
    context.state.route = "/store";
    if (context.method !== "GET") throw new RedfishError(405, operationNotAllowed(), { Allow: "GET" });
    const principal = await authenticate(context, service);
    context.state.username = principal.username;
    requireSettledPassword(principal, service);
    const allowed = ROLES[principal.role].has("ConfigureManager");
    const message = "copy of the store";
    service.audit.record({ kind: "configuration", outcome: allowed ? "done" : "refused", message });
    if (!allowed) throw new RedfishError(403, insufficientPrivilege());
    await service.store.commit();
    context.set("Cache-Control", "no-store");
    context.body = { format: "sqlite3", content: Buffer.from(service.store.copy()).toString("base64") };
  };
}
