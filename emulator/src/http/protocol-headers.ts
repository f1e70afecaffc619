import type { Middleware } from "koa";
import { preconditionFailed } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { RequestState } from "./request-state.ts";

/**
 * Headers of every answer (DSP0266, "Response headers"), and the one request header that concerns every request.
 * @throws RedfishError 412 for another version of OData than 4.0
 */
export const protocolHeaders: Middleware<RequestState> = async (context, next) => {
  context.set("OData-Version", "4.0");
  context.set("Cache-Control", "no-cache");
  context.set("X-Content-Type-Options", "nosniff");
  const asked = context.get("OData-Version");
  if (asked !== "" && asked !== "4.0") throw new RedfishError(412, preconditionFailed());
  await next();
};
