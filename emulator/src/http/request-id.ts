import { randomUUID } from "node:crypto";

/** What tracing systems send: UUIDs, hexadecimal, base64, "service/pod:1". Nothing that could forge a log line. */
const SANE = /^[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}$/;

/** The client's own id of its request if it is sane, else a new one. */
export function requestId(header: string): string {
  return SANE.test(header) ? header : randomUUID();
}
