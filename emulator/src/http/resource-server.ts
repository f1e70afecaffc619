import type { Context } from "koa";
import type { Account } from "../auth/account.ts";
import { mayRead } from "../auth/may-read.ts";
import { type Method, needsNoLogin } from "../auth/privileges.ts";
import { etagMatches } from "../redfish/etag.ts";
import {
  accessUnauthorized,
  headerInvalid,
  operationNotAllowed,
  queryNotSupportedOnOperation,
} from "../redfish/messages.ts";
import { applyQuery } from "../redfish/query/apply-query.ts";
import type { Fetch } from "../redfish/query/expand-links.ts";
import { parseQuery, type Query } from "../redfish/query/parse-query.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Exchange, JsonObject, Reply, Resource, Service } from "../redfish/resource.ts";
import { describedBy } from "../redfish/schemas.ts";
import { allowOf, METHODS } from "./allow-of.ts";
import { auditRefusals } from "./audit-refusals.ts";
import { authenticate } from "./authenticate.ts";
import { authorize, authorizeProperties } from "./authorize.ts";
import { readJsonBody } from "./json-body.ts";
import { originOf } from "./origin.ts";
import type { RequestState } from "./request-state.ts";

/** A resource and the values of the `:names` in its URI, decoded. */
export interface Route {
  readonly resource: Resource;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Puts Redfish resources on HTTP, in the same steps for all: log in, method, privilege, headers, query, body, handler,
 * reply.
 */
export class ResourceServer {
  readonly #service: Service;
  readonly #find: (path: string) => Route | undefined;

  constructor(service: Service, find: (path: string) => Route | undefined) {
    this.#service = service;
    this.#find = find;
  }

  /** Answers one request for a resource. @throws RedfishError for every answer that is not a success */
  async serve(context: Context, { resource, params }: Route): Promise<void> {
    const service = this.#service;
    (context.state as RequestState).route = resource.uri;
    const asked = context.method === "HEAD" ? "GET" : context.method;
    const method = METHODS.find((known) => known === asked);
    const machine = service.controller.find(params.name ?? "")?.machine.name;
    await auditRefusals({ audit: service.audit, resource, method, machine }, () =>
      this.#serve(context, { resource, params }, method && resource[method] && method),
    );
  }

  async #serve(context: Context, { resource, params }: Route, method: Method | undefined): Promise<void> {
    const service = this.#service;
    const open = method !== undefined && needsNoLogin(resource.entity, method);
    // What a query gathers from other resources is for those who may see them.
    const anonymous = open && !context.querystring.includes("expand");
    const principal = anonymous ? undefined : await authenticate(context, service);
    if (principal) (context.state as RequestState).username = principal.username;
    const allow = allowOf(resource);
    if (context.method === "OPTIONS") return answerOptions(context, allow);
    const handler = method && resource[method];
    if (!method || !handler) throw new RedfishError(405, operationNotAllowed(), { Allow: allow });
    const own = principal !== undefined && resource.owner?.(service, params) === principal.username;
    const attempt = principal && !open ? { principal, resource, method, own } : undefined;
    if (attempt) authorize(attempt, service);
    checkAccept(context, resource, method);
    const query = queryOf(context, resource, method);
    const account = principal && service.accounts.byName(principal.username);
    const body = method === "POST" || method === "PATCH" ? await readJsonBody(context) : {};
    // Sending a body may take 20 s: whose account changed meanwhile is nobody any more.
    if (principal && service.accounts.byName(principal.username) !== account) {
      throw new RedfishError(401, accessUnauthorized());
    }
    if (attempt) authorizeProperties(attempt, body, service);
    const ifMatch = context.get("If-Match") || undefined;
    const origin = originOf(context);
    const header = (name: string): string => context.get(name);
    const proven = (): boolean => stillProven(context, service, account);
    const exchange: Exchange = { service, params, body, ifMatch, header, proven, principal, origin };
    const reply = await handler(exchange);
    send(context, query ? await this.#queried(reply, query, exchange) : reply, allow);
  }

  async #queried(reply: Reply, query: Query, exchange: Exchange): Promise<Reply> {
    if (typeof reply.body !== "object") return reply;
    const known = new Map<string, Promise<JsonObject | undefined>>();
    const fetch: Fetch = (uri) => {
      const found = known.get(uri) ?? this.#fetch(uri, exchange);
      known.set(uri, found);
      return found;
    };
    return { ...reply, body: await applyQuery(reply.body as JsonObject, query, fetch) };
  }

  /** What a GET of another resource would answer to the same user; undefined where it would be refused. */
  async #fetch(uri: string, exchange: Exchange): Promise<JsonObject | undefined> {
    const { service, principal } = exchange;
    const { resource, params = {} } = this.#find(uri) ?? {};
    if (!resource?.GET || !principal) return undefined;
    const own = resource.owner?.(service, params) === principal.username;
    if (!mayRead(principal, resource.entity, own) && !needsNoLogin(resource.entity, "GET")) return undefined;
    try {
      const { body } = await resource.GET({ ...exchange, params, body: {}, ifMatch: undefined });
      return typeof body === "object" ? (body as JsonObject) : undefined;
    } catch (error) {
      if (error instanceof RedfishError) return undefined;
      throw error;
    }
  }
}

/** Whether whoever made a request could make it again. */
function stillProven(context: Context, service: Service, account: Account | undefined): boolean {
  const token = context.get("X-Auth-Token");
  if (token !== "") return service.sessions.authenticate(token) !== undefined;
  return account !== undefined && service.accounts.byName(account.username) === account;
}

function answerOptions(context: Context, allow: string): void {
  context.status = 204;
  context.set("Allow", allow);
}

/** @throws RedfishError 400 for a query on another method than GET, or one that is wrong; 501 for an unknown one */
function queryOf(context: Context, { entity }: Resource, method: Method): Query | undefined {
  const query = parseQuery(context.querystring, entity.endsWith("Collection"));
  if (query && method !== "GET") throw new RedfishError(400, queryNotSupportedOnOperation());
  return query;
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
  if (
    context.method === "GET" &&
    reply.etag &&
    reply.cacheable &&
    known !== "" &&
    etagMatches(known, reply.etag)
  ) {
    context.status = 304;
    return;
  }
  context.status = reply.status;
  if (reply.stream) {
    if (context.method === "HEAD") reply.stream.destroy();
    else context.body = reply.stream;
    return;
  }
  if (reply.body === undefined) return;
  if (reply.kept && typeof reply.body === "object") {
    context.type = "json";
    context.body = textOf(reply.body);
  } else context.body = reply.body;
}

/** The texts of bodies that are told again and again. */
const texts = new WeakMap<object, Buffer>();

function textOf(body: object): Buffer {
  const before = texts.get(body);
  if (before) return before;
  const text = Buffer.from(JSON.stringify(body));
  texts.set(body, text);
  return text;
}

/** @throws RedfishError 406 for a client that wants neither JSON nor, for $metadata, XML */
function checkAccept(
  context: Context,
  { types = ["application/json", "application/xml"] }: Resource,
  method: Method,
): void {
  const header = context.get("Accept");
  if (method !== "GET" || header === "") return;
  // Parameters other than the weight do not count: clients ask for charset=utf-8, which everything is.
  const takes = header.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !refused && [...types, "application/*", "*/*"].includes(type);
  });
  if (!takes) throw new RedfishError(406, headerInvalid("Accept"));
}
