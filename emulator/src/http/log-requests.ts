import { randomUUID } from "node:crypto";
import type { Middleware } from "koa";
import type { Logger } from "pino";
import { originOf } from "./origin.ts";
import type { RequestState } from "./request-state.ts";

/**
 * One line per request: what was asked by whom and how it went. Never headers, bodies or queries: they carry
 * passwords and tokens. Reads are logged at debug, since Ironic polls.
 */
export function logRequests(logger: Logger): Middleware<RequestState> {
  return async (context, next) => {
    const begin = performance.now();
    const requestId = randomUUID();
    context.state.requestId = requestId;
    context.set("X-Request-Id", requestId);
    await next();
    const { method, path, status } = context;
    const { username } = context.state;
    const ms = Math.round((performance.now() - begin) * 10) / 10;
    const level = status >= 500 ? "error" : status >= 400 ? "warn" : method === "GET" ? "debug" : "info";
    logger[level]({ requestId, method, path, status, ms, origin: originOf(context), username }, "request");
  };
}
