import type { Middleware } from "koa";
import { EXPOSITION_TYPE } from "../metrics/exposition.ts";
import { operationNotAllowed } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Service } from "../redfish/resource.ts";
import { authenticate } from "./authenticate.ts";
import { requireSettledPassword } from "./authorize.ts";
import type { RequestState } from "./request-state.ts";

/**
 * GET /metrics in Prometheus' text format: for every role, and without a login where the configuration says so.
 * @throws RedfishError 401 without a login, 403 while the password has to be changed, 405 for other methods than GET and HEAD
 */
export function serveMetrics(service: Service): Middleware<RequestState> {
  return async (context, next) => {
    if (context.path !== "/metrics") return next();
    context.state.route = "/metrics";
    if (context.method !== "GET" && context.method !== "HEAD") {
      throw new RedfishError(405, operationNotAllowed(), { Allow: "GET, HEAD" });
    }
    if (!service.config.metrics.anonymous) {
      const principal = await authenticate(context, service);
      context.state.username = principal.username;
      requireSettledPassword(principal, service);
    }
    context.set("Cache-Control", "no-store");
    context.type = EXPOSITION_TYPE;
    context.body = service.metrics.text;
  };
}
