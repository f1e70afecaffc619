import type { RequestListener } from "node:http";
import type { Readable } from "node:stream";
import Router from "@koa/router";
import Koa, { type Context } from "koa";
import type { Logger } from "pino";
import { z } from "zod";
import type { Principal } from "../auth/account.ts";
import { readJsonBody } from "../http/json-body.ts";
import { logRequests } from "../http/log-requests.ts";
import { measureRequests } from "../http/measure-requests.ts";
import { originOf } from "../http/origin.ts";
import type { RequestState } from "../http/request-state.ts";
import type { MachinePower } from "../power/machine-power.ts";
import {
  about,
  actionParameterValueNotInList,
  eventSubscriptionLimitExceeded,
  invalidUri,
  resourceNotFound,
} from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Service } from "../redfish/resource.ts";
import { ACTIONS } from "./api-types.ts";
import { consoleAction } from "./console-actions.ts";
import { consoleErrors } from "./console-errors.ts";
import { ConsoleLogin } from "./console-login.ts";
import { LiveStream } from "./live-stream.ts";
import { listQuery } from "./machine-list.ts";
import { MachineViews } from "./machine-views.ts";
import { PageAssets } from "./page-assets.ts";
import { pageSecurity } from "./page-security.ts";

/** Whether a request is for the console: told by its address alone, so that Redfish's requests pay nothing for it. */
export function isConsole(url: string): boolean {
  return url.startsWith("/console") && (url.length === 8 || url[8] === "/" || url[8] === "?");
}

/** Open pages at the same time. */
const MOST_STREAMS = 64;
const actionBody = z.object({ action: z.enum(ACTIONS) });

/** The web page for people: its files, its API and its live news. Everything it does goes the way of Redfish. */
export class Console {
  readonly #service: Service;
  readonly #login: ConsoleLogin;
  readonly #views: MachineViews;
  readonly #assets = new PageAssets();
  readonly #streams = new Set<LiveStream<Principal>>();
  readonly handle: RequestListener;

  constructor(service: Service, logger: Logger) {
    this.#service = service;
    this.#login = new ConsoleLogin(service);
    this.#views = new MachineViews(service);
    const app = new Koa<RequestState>();
    app.use(logRequests(logger));
    app.use(measureRequests(service.metrics.http));
    app.use(consoleErrors(logger));
    app.use(pageSecurity);
    app.use(this.#routes());
    app.use((context) => {
      throw new RedfishError(404, invalidUri(context.path));
    });
    app.on("error", (error: Error) => logger.debug({ err: error }, "a connection to the console failed"));
    const answer = app.callback();
    this.handle = (request, response) => void answer(request, response);
  }

  /** Ends what has no end by itself. */
  close(): void {
    for (const stream of [...this.#streams]) stream.close();
  }

  #routes(): Koa.Middleware<RequestState> {
    const router = new Router<RequestState>({ sensitive: true, strict: true });
    const route = (method: "get" | "post" | "delete", path: string, answer: (context: Context) => unknown) =>
      router[method](path, async (context) => {
        context.state.route = path;
        const body = await answer(context);
        if (body === undefined) context.status = 204;
        else if (body !== context) context.body = body;
      });
    const stamped = (content: unknown) => ({ now: this.#service.clock.now(), content });
    route("get", "/console", (context) => {
      context.redirect("/console/");
      return context;
    });
    route("get", "/console/", (context) => this.#file(context, "index.html"));
    route("get", "/console/assets/:file", (context) => this.#file(context, context.params.file));
    route("get", "/console/api/session", (context) => this.#login.info(context));
    route("post", "/console/api/session", async (context) =>
      this.#login.open(context, await readJsonBody(context)),
    );
    route("delete", "/console/api/session", (context) => this.#login.close(context));
    route("get", "/console/api/machines", (context) => {
      this.#login.principal(context);
      return stamped(this.#views.list(listQuery.parse(context.query)));
    });
    route("get", "/console/api/machines/:name", async (context) => {
      const principal = this.#login.principal(context);
      const power = this.#machine(context);
      // As a GET over Redfish: asks the device only when what is known is old.
      await power.view();
      return stamped(this.#views.detail(power.machine.name, principal));
    });
    route("post", "/console/api/machines/:name/actions", (context) => this.#act(context));
    route("get", "/console/api/events", (context) => {
      context.type = "text/event-stream";
      return this.#stream(context);
    });
    return router.routes() as Koa.Middleware<RequestState>;
  }

  async #file(context: Context, name: string): Promise<unknown> {
    const asset = await this.#assets.find(name);
    if (!asset) throw new RedfishError(404, invalidUri(context.path));
    context.set({ "Cache-Control": "no-cache", ETag: asset.etag });
    context.status = 200;
    if (context.fresh) {
      context.status = 304;
      return context;
    }
    context.type = asset.type;
    return asset.body;
  }

  async #act(context: Context): Promise<undefined> {
    this.#login.principal(context);
    const body = await readJsonBody(context);
    // Sending a body may take its time: who asks is judged by what is true now.
    const principal = this.#login.principal(context);
    const power = this.#machine(context);
    const parsed = actionBody.safeParse(body);
    if (!parsed.success) {
      const wrong = actionParameterValueNotInList(body.action, "action", "the console");
      throw new RedfishError(400, about("action", wrong));
    }
    await consoleAction(this.#service, {
      power,
      principal,
      action: parsed.data.action,
      origin: originOf(context),
    });
    return undefined;
  }

  #machine({ params }: Context): MachinePower {
    const name = String(params.name);
    const power = this.#service.controller.find(name);
    if (!power) throw new RedfishError(404, resourceNotFound("ComputerSystem", name));
    return power;
  }

  #stream(context: Context): Readable | undefined {
    this.#login.principal(context);
    // HEAD comes with GET, and nobody would read on.
    if (context.method !== "GET") return undefined;
    if (this.#streams.size >= MOST_STREAMS) {
      throw new RedfishError(503, eventSubscriptionLimitExceeded(), { "Retry-After": "60" });
    }
    const query = listQuery.parse(context.query);
    const { machine } = context.query;
    const stream = new LiveStream<Principal>({
      clock: this.#service.clock,
      viewer: this.#login.proof(context),
      look: (principal) =>
        typeof machine === "string"
          ? { machine: this.#views.detail(machine, principal) }
          : { machines: this.#views.list(query), events: this.#views.events(principal) },
      onClose: () => this.#streams.delete(stream),
    });
    this.#streams.add(stream);
    return stream.body;
  }
}
