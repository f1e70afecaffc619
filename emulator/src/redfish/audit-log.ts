import { collection } from "./collection.ts";
import { logEntry, SHOWN_ENTRIES } from "./log-entry.ts";
import { logEntries, logService } from "./log-service.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { uris } from "./uris.ts";

export const auditLogs: Resource = {
  uri: uris.auditLogs,
  entity: "LogServiceCollection",
  GET: () => ok(collection(uris.auditLogs, "LogServiceCollection", "Log services", [uris.auditLog])),
};

/** Every change and every attempt at one, by whom and from where: for Administrators. */
export const auditLog: Resource = {
  uri: uris.auditLog,
  entity: "LogService",
  GET: ({ service }) => {
    const log = { uri: uris.auditLog, id: "Audit", name: "Audit log", entries: uris.auditEntries };
    return ok(logService(service, { ...log, purpose: "Security" }));
  },
};

export const auditEntries: Resource = {
  uri: uris.auditEntries,
  entity: "AuditEntryCollection",
  GET: ({ service }) => {
    const events = service.store.events.audit(SHOWN_ENTRIES);
    const body = logEntries(uris.auditEntries, "Audit log", events, (event) =>
      logEntry(event, uris.auditEntry(String(event.id)), true),
    );
    return ok(body);
  },
};

export const auditEntry: Resource = {
  uri: uris.auditEntry(":id"),
  entity: "AuditEntry",
  GET: ({ service, params: { id = "" } }) => {
    const event = service.store.events.byId(id);
    if (event?.outcome === undefined) throw new RedfishError(404, resourceNotFound("LogEntry", id));
    return ok(logEntry(event, uris.auditEntry(id), true));
  },
};
