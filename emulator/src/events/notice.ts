import { eventMessage } from "../redfish/event-registry.ts";
import { knownProperties } from "../redfish/known-properties.ts";
import type { JsonObject } from "../redfish/resource.ts";
import { link, uris } from "../redfish/uris.ts";
import type { LoggedEvent } from "../store/events-table.ts";

/** Something that subscribers are told. */
export interface Notice {
  /** Number in the log, which streams can be resumed from; absent for what is not logged. */
  readonly id: number | undefined;
  /** What concerns no machine tells who logs in and from where: not for everybody. */
  readonly confidential: boolean;
  /** An EventRecord of DMTF's Event schema. */
  readonly record: JsonObject & { readonly MessageId: string };
}

/** What subscribers are told of an event. Never by whom it was caused: that is for the audit log. */
export function noticeOf(event: LoggedEvent): Notice {
  const { id, at, machine } = event;
  const message = eventMessage(event);
  return {
    id,
    confidential: machine === undefined,
    record: {
      MemberId: "0",
      EventType: message.MessageSeverity === "OK" ? "Other" : "Alert",
      EventId: String(id),
      EventTimestamp: new Date(at).toISOString(),
      ...message,
      ...knownProperties({
        OriginOfCondition: machine === undefined ? undefined : link(uris.system(machine)),
        LogEntry: machine === undefined ? undefined : link(uris.machineLogEntry(machine, String(id))),
      }),
    },
  };
}

/** The Event that carries it, in the words of DMTF's schema. */
export function eventPayload({ id, record }: Notice, context: string | undefined): JsonObject {
  return {
    "@odata.type": "#Event.v1_12_0.Event",
    Id: id === undefined ? String(record.EventId) : String(id),
    Name: "Event",
    ...(context !== undefined && { Context: context }),
    Events: [record],
    "Events@odata.count": 1,
  };
}
