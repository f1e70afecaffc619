import { eventMessage } from "../redfish/event-registry.ts";
import type { LoggedEvent } from "../store/events-table.ts";
import type { TimelineEvent } from "./api-types.ts";

/**
 * An event of the log as the console shows it.
 * @param audit whether it tells who did it, which is not for everybody
 */
export function timelineEvent(event: LoggedEvent, audit: boolean): TimelineEvent {
  const { id, at, kind, machine, outcome, message, username, origin } = event;
  return {
    id,
    at,
    kind,
    warning: eventMessage(event).MessageSeverity !== "OK",
    text: message,
    ...(machine !== undefined && { machine }),
    ...(outcome !== undefined && { outcome }),
    ...(audit && username !== undefined && { username }),
    ...(audit && origin !== undefined && { origin }),
  };
}
