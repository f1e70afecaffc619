import type { Middleware } from "koa";
import type { RequestState } from "./request-state.ts";

export interface Health {
  /** False while starting and while shutting down. */
  readonly ready: boolean;
  /** Something that does not stop the service but wants a human. */
  readonly problem: string | undefined;
}

/** /healthz: the process answers. /readyz: it takes requests. Both without login and without secrets. */
export function answerHealth(health: () => Health): Middleware<RequestState> {
  return async (context, next) => {
    if (context.path !== "/healthz" && context.path !== "/readyz") return next();
    context.state.route = context.path;
    const { ready, problem } = health();
    context.status = context.path === "/healthz" || ready ? 200 : 503;
    context.set("Cache-Control", "no-store");
    context.body = { status: ready ? "ok" : "not ready", ...(problem !== undefined && { problem }) };
  };
}
