import type { Context } from "koa";
import { type Method, needsNoLogin } from "../auth/privileges.ts";
import { etagMatches } from "../redfish/etag.ts";
import {
  accessUnauthorized,
  headerInvalid,
  operationNotAllowed,
  queryParameterUnsupported,
} from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Reply, Resource, Service } from "../redfish/resource.ts";
import { describedBy } from "../redfish/schemas.ts";
import { auditRefusals } from "./audit-refusals.ts";
import { authenticate } from "./authenticate.ts";
import { authorize, authorizeProperties } from "./authorize.ts";
import { readJsonBody } from "./json-body.ts";
import { originOf } from "./origin.ts";
import type { RequestState } from "./request-state.ts";

const METHODS = ["GET", "POST", "PATCH", "DELETE"] as const;

/**
 * Puts one Redfish resource on HTTP, in the same steps for all: log in, method, privilege, headers, query, body,
 * handler, reply.
 */
export function serveResource(resource: Resource, service: Service): (context: Context) => Promise<void> {
  const methods = METHODS.filter((method) => resource[method]);
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  const serve = async (context: Context, method: Method | undefined): Promise<void> => {
    const principal =
      method && needsNoLogin(resource.entity, method) ? undefined : await authenticate(context, service);
    if (principal) (context.state as RequestState).username = principal.username;
    const handler = method && resource[method];
    if (!method || !handler) throw new RedfishError(405, operationNotAllowed(), { Allow: allow });
    const params: Record<string, string> = context.params ?? {};
    const own = principal !== undefined && resource.owner?.(service, params) === principal.username;
    const attempt = principal && { principal, resource, method, own };
    if (attempt) authorize(attempt, service);
    checkAccept(context, method);
    checkQuery(context);
    const account = principal && service.accounts.byName(principal.username);
    const body = method === "POST" || method === "PATCH" ? await readJsonBody(context) : {};
    // Sending a body may take 20 s: whose account changed meanwhile is nobody any more.
    if (principal && service.accounts.byName(principal.username) !== account) {
      throw new RedfishError(401, accessUnauthorized());
    }
    if (attempt) authorizeProperties(attempt, body, service);
    const ifMatch = context.get("If-Match") || undefined;
    const origin = originOf(context);
    send(context, await handler({ service, params, body, ifMatch, principal, origin }), allow);
  };
  return async (context) => {
    (context.state as RequestState).route = resource.uri;
    const asked = context.method === "HEAD" ? "GET" : context.method;
    const method = METHODS.find((known) => known === asked);
    const machine = service.controller.find(context.params?.name ?? "")?.machine.name;
    await auditRefusals({ audit: service.audit, resource, method, machine }, () =>
      serve(context, method && resource[method] && method),
    );
  };
}

function send(context: Context, reply: Reply, allow: string): void {
  if (context.method === "GET" || context.method === "HEAD") {
    context.set("Allow", allow);
    const schema = describedBy(reply.body);
    if (schema !== undefined) context.set("Link", `<${schema}>; rel=describedby`);
  }
  if (reply.etag !== undefined) context.set("ETag", reply.etag);
  context.set(reply.headers ?? {});
  const known = context.get("If-None-Match");
  if (context.method === "GET" && reply.etag && known !== "" && etagMatches(known, reply.etag)) {
    context.status = 304;
    return;
  }
  context.status = reply.status;
  if (reply.body === undefined) return;
  context.body = reply.body;
}

/** @throws RedfishError 406 for a client that wants neither JSON nor, for $metadata, XML */
function checkAccept(context: Context, method: Method): void {
  const header = context.get("Accept");
  if (method !== "GET" || header === "") return;
  // Parameters other than the weight do not count: clients ask for charset=utf-8, which everything is.
  const takes = header.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !refused && ["application/json", "application/xml", "application/*", "*/*"].includes(type);
  });
  if (!takes) throw new RedfishError(406, headerInvalid("Accept"));
}

/**
 * None of the query parameters of DSP0266 is supported so far. Those with a $ get 501, as it asks, but for $expand:
 * Ironic's sensor reads send it unasked and take a 5xx for a reason to ask ten times more, for 30 s.
 */
function checkQuery(context: Context): void {
  const unsupported = Object.keys(context.query).find((name) => name.startsWith("$") && name !== "$expand");
  if (unsupported !== undefined) throw new RedfishError(501, queryParameterUnsupported(unsupported));
}
