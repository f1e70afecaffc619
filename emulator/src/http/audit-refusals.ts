import type { AuditLog } from "../audit/audit-log.ts";
import type { Method } from "../auth/privileges.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Resource } from "../redfish/resource.ts";
import type { StoredEvent } from "../store/events-table.ts";

/**
 * Runs one request and records it in the audit log if it was to change something and was refused. What was wrong is
 * told by the names of the registry's messages: their texts quote the request, which may hold a password.
 */
export async function auditRefusals<Result>(
  request: {
    readonly audit: AuditLog;
    readonly resource: Resource;
    /** Undefined when Redfish knows no such method. */
    readonly method: Method | undefined;
    /** Only if there is a machine of that name. */
    readonly machine: string | undefined;
  },
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const { audit, resource, method, machine } = request;
    const changes = method === "POST" || method === "PATCH" || method === "DELETE";
    // The handlers themselves record what a device did with an action (see Reset).
    if (!changes || (error instanceof RedfishError && error.audited)) throw error;
    const reasons =
      error instanceof RedfishError
        ? error.messages.map(({ MessageId }) => MessageId.replace(/^.*\./, "")).join(", ")
        : "InternalError";
    audit.record({
      kind: kindOf(resource, method),
      ...(machine !== undefined && { machine }),
      outcome: error instanceof RedfishError ? "refused" : "failed",
      message: `${method} ${resource.uri}: ${reasons}`,
    });
    throw error;
  }
}

function kindOf({ entity }: Resource, method: Method): StoredEvent["kind"] {
  if (entity === "Session" || entity === "SessionCollection") return "session";
  if (entity === "ManagerAccount" || entity === "ManagerAccountCollection") return "account";
  if (entity === "EventDestination" || entity === "EventDestinationCollection") return "subscription";
  if (entity === "ComputerSystem") return method === "PATCH" ? "boot" : "power";
  return "request";
}
