import type { LoggedEvent } from "../store/events-table.ts";
import { eventMessage } from "./event-registry.ts";
import { knownProperties } from "./known-properties.ts";
import type { JsonObject } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

/** Entries that a log shows, the newest first; the store may keep more. */
export const SHOWN_ENTRIES = 1_000;

/**
 * A LogEntry.
 * @param uri of the entry
 * @param audit whether it tells who did it, which is not for everybody
 */
export function logEntry(event: LoggedEvent, uri: string, audit: boolean): JsonObject {
  const { id, at, machine, username, origin, requestId } = event;
  const { MessageSeverity: Severity, ...message } = eventMessage(event);
  const time = new Date(at).toISOString();
  return {
    "@odata.type": odataType("LogEntry"),
    "@odata.id": uri,
    Id: String(id),
    Name: `Log entry ${id}`,
    EntryType: "Event",
    Severity,
    Created: time,
    EventTimestamp: time,
    EventId: String(id),
    ...message,
    ...(audit && {
      ...knownProperties({
        Username: username,
        Originator: origin,
        OriginatorType: origin === undefined ? "Internal" : "Client",
        Description: requestId === undefined ? undefined : `Request ${requestId}`,
      }),
    }),
    ...(machine !== undefined && { Links: { OriginOfCondition: link(uris.system(machine)) } }),
  };
}
