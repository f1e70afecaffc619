import type { RequestState } from "./http/request-state.ts";
import { WorkContext } from "./work-context.ts";

/**
 * The request on whose behalf code runs, so that its id stands in every log line and audit entry that it causes, down
 * to the driver's. Absent in what nobody asked for: first reads, follow-ups, timers.
 */
export const requestContext = new WorkContext<RequestState>();
