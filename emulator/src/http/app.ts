import type { RequestListener } from "node:http";
import Koa from "koa";
import type { Logger } from "pino";
import { isConsole } from "../console/console.ts";
import { invalidUri } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Service } from "../redfish/resource.ts";
import { answerErrors } from "./answer-errors.ts";
import { authenticate } from "./authenticate.ts";
import { answerHealth, type Health } from "./health.ts";
import { logRequests } from "./log-requests.ts";
import { measureRequests } from "./measure-requests.ts";
import { protocolHeaders } from "./protocol-headers.ts";
import { QuickReads } from "./quick-reads.ts";
import type { RequestState } from "./request-state.ts";
import { resourceRouter } from "./resource-router.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { serveStore } from "./serve-store.ts";

export interface AppOptions {
  readonly service: Service;
  readonly health: () => Health;
  readonly logger: Logger;
  /** Answers everything that {@link isConsole}. */
  readonly console: RequestListener;
}

/** The HTTP face of the service. */
export function createApp(options: AppOptions): RequestListener {
  const quick = new QuickReads(options.service, options.logger);
  const answer = pipeline(options).callback();
  return (request, response) => {
    if (quick.answer(request, response)) return;
    void (isConsole(request.url ?? "") ? options.console : answer)(request, response);
  };
}

function pipeline({ service, health, logger }: AppOptions): Koa<RequestState> {
  const app = new Koa<RequestState>();
  app.use(logRequests(logger));
  app.use(measureRequests(service.metrics.http));
  app.use(answerErrors(logger));
  app.use(answerHealth(health));
  app.use(serveMetrics(service));
  app.use(serveStore(service));
  app.use(protocolHeaders);
  app.use(resourceRouter(service).routes());
  app.use(async (context) => {
    // Strangers do not learn which URIs there are.
    await authenticate(context, service);
    throw new RedfishError(404, invalidUri(context.path));
  });
  // Koa's own handler prints to the console; what comes here is a connection that broke while being answered.
  app.on("error", (error: Error) => logger.debug({ err: error }, "a connection failed"));
  return app;
}
