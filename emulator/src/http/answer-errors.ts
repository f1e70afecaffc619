import type { Middleware } from "koa";
import type { Logger } from "pino";
import { internalError } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { RequestState } from "./request-state.ts";

/** Turns what is thrown into a Redfish error body. What was not foreseen is logged and told as "internal error" only. */
export function answerErrors(logger: Logger): Middleware<RequestState> {
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof RedfishError)) {
        logger.error({ err: error }, "a request failed for an unforeseen reason");
      }
      const answer = error instanceof RedfishError ? error : new RedfishError(500, internalError());
      context.status = answer.status;
      context.set({ ...answer.headers });
      // DSP0266 asks for the challenge with every 401.
      if (answer.status === 401)
        context.set("WWW-Authenticate", 'Basic realm="Redfish service", charset="UTF-8"');
      context.body = answer.body;
    }
  };
}
