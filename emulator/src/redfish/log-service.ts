import type { LoggedEvent } from "../store/events-table.ts";
import { collection } from "./collection.ts";
import { SHOWN_ENTRIES } from "./log-entry.ts";
import type { JsonObject, Service } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link } from "./uris.ts";

/** A LogService: nobody can clear it, the oldest entries make room. */
export function logService(
  { clock, config }: Service,
  log: {
    readonly uri: string;
    readonly id: string;
    readonly name: string;
    readonly purpose: "Operations" | "Security";
    readonly entries: string;
  },
): JsonObject {
  const { uri, id, name, purpose, entries } = log;
  return {
    "@odata.type": odataType("LogService"),
    "@odata.id": uri,
    Id: id,
    Name: name,
    LogEntryType: "Event",
    LogPurposes: [purpose],
    MaxNumberOfRecords: Math.min(SHOWN_ENTRIES, config.eventLimit),
    OverWritePolicy: "WrapsWhenFull",
    ServiceEnabled: true,
    DateTime: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    DateTimeLocalOffset: "+00:00",
    Status: { State: "Enabled", Health: "OK" },
    Entries: link(entries),
  };
}

/** The entries in full, since clients want them all: one request instead of a thousand. */
export function logEntries(
  uri: string,
  name: string,
  events: readonly LoggedEvent[],
  entry: (event: LoggedEvent) => JsonObject,
): JsonObject {
  return {
    ...collection(uri, "LogEntryCollection", name, []),
    "Members@odata.count": events.length,
    Members: events.map(entry),
  };
}
