import { collection } from "./collection.ts";
import { findMachine } from "./find-machine.ts";
import { logEntry, SHOWN_ENTRIES } from "./log-entry.ts";
import { logEntries, logService } from "./log-service.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { uris } from "./uris.ts";

export const machineLogs: Resource = {
  uri: uris.machineLogs(":name"),
  entity: "LogServiceCollection",
  GET: (exchange) => {
    const { name } = findMachine(exchange, "LogServiceCollection").machine;
    const members = [uris.machineLog(name)];
    return ok(collection(uris.machineLogs(name), "LogServiceCollection", "Log services", members));
  },
};

/** What happened to one machine: resets, boot overrides, its device lost and back. Not by whom: see the audit log. */
export const machineLog: Resource = {
  uri: uris.machineLog(":name"),
  entity: "LogService",
  GET: (exchange) => {
    const { name } = findMachine(exchange, "LogService").machine;
    const log = {
      uri: uris.machineLog(name),
      id: "Events",
      name: `Events of ${name}`,
      entries: uris.machineLogEntries(name),
    };
    return ok(logService(exchange.service, { ...log, purpose: "Operations" }));
  },
};

export const machineLogEntries: Resource = {
  uri: uris.machineLogEntries(":name"),
  entity: "LogEntryCollection",
  GET: (exchange) => {
    const { name } = findMachine(exchange, "LogEntryCollection").machine;
    const events = exchange.service.store.events.ofMachine(name, SHOWN_ENTRIES);
    const body = logEntries(uris.machineLogEntries(name), `Events of ${name}`, events, (event) =>
      logEntry(event, uris.machineLogEntry(name, String(event.id)), false),
    );
    return ok(body);
  },
};

export const machineLogEntry: Resource = {
  uri: uris.machineLogEntry(":name", ":id"),
  entity: "LogEntry",
  GET: (exchange) => {
    const { name } = findMachine(exchange, "LogEntry").machine;
    const { id = "" } = exchange.params;
    const event = exchange.service.store.events.byId(id);
    if (event?.machine !== name) throw new RedfishError(404, resourceNotFound("LogEntry", id));
    return ok(logEntry(event, uris.machineLogEntry(name, id), false));
  },
};
