import type { Middleware } from "koa";
import type { Logger } from "pino";
import { requestContext } from "../request-context.ts";
import { originOf } from "./origin.ts";
import { requestId } from "./request-id.ts";
import type { RequestState } from "./request-state.ts";

/**
 * One line per request: what was asked by whom and how it went. Never headers, bodies or queries: they carry
 * passwords and tokens. Reads are logged at debug, since Ironic polls. Whatever is logged meanwhile carries the
 * request's id, which is the client's own (X-Request-Id) if it sent a sane one.
 */
export function logRequests(logger: Logger): Middleware<RequestState> {
  return async (context, next) => {
    const begin = performance.now();
    const { state } = context;
    state.requestId = requestId(context.get("X-Request-Id"));
    state.origin = originOf(context);
    context.set("X-Request-Id", state.requestId);
    await requestContext.run(state, next);
    const { method, path, status } = context;
    const { username, origin } = state;
    const ms = Math.round((performance.now() - begin) * 10) / 10;
    const level = status >= 500 ? "error" : status >= 400 ? "warn" : method === "GET" ? "debug" : "info";
    logger[level]({ requestId: state.requestId, method, path, status, ms, origin, username }, "request");
  };
}
