import type { Middleware } from "koa";
import type { HttpMetrics } from "../metrics/http-metrics.ts";
import type { RequestState } from "./request-state.ts";

/** Counts and times every request by what it asked for and how it went. */
export function measureRequests(metrics: HttpMetrics): Middleware<RequestState> {
  return async (context, next) => {
    const begin = performance.now();
    await next();
    // One word for all URIs that do not exist: whoever tries them out must not make a series each.
    const { route = "none" } = context.state;
    const labels = { method: context.method, route, status: String(context.status) };
    metrics.requests.observe(labels, (performance.now() - begin) / 1000);
  };
}
