import { createHash } from "node:crypto";
import { preconditionFailed } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";

/**
 * A weak ETag of the given values. Give it what clients can set and nothing that changes by itself: Ironic sends the
 * tag of its last GET with every PATCH, and a tag made from health or time would refuse it for no reason.
 */
export function etagOf(settable: object): string {
  return `W/"${createHash("sha256").update(JSON.stringify(settable)).digest("base64url").slice(0, 16)}"`;
}

/** Whether a list of tags (If-Match, If-None-Match) names this one, weak or strong: sushy turns weak tags strong. */
export function etagMatches(header: string, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  return header.split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag));
}

/** @throws RedfishError 412 when If-Match was sent and names another state; a request without it always passes */
export function checkIfMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch !== undefined && !etagMatches(ifMatch, etag)) throw new RedfishError(412, preconditionFailed());
}
