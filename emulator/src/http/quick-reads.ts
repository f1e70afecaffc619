import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Principal } from "../auth/account.ts";
import { mayCall } from "../auth/privileges.ts";
import type { BootSettings } from "../power/boot-settings.ts";
import type { MachineFacts } from "../power/machine-facts.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import type { Service } from "../redfish/resource.ts";
import { describedBy } from "../redfish/schemas.ts";
import { system, systemReply } from "../redfish/system.ts";
import { uris } from "../redfish/uris.ts";
import { allowOf } from "./allow-of.ts";
import { readBasic } from "./read-basic.ts";
import { requestId } from "./request-id.ts";

/** A machine as it was rendered last, and of what: while all of it is the same, so is the answer. */
interface Rendered {
  readonly boot: BootSettings;
  readonly facts: MachineFacts;
  readonly power: PowerView["power"];
  readonly resetTypes: string;
  readonly body: Buffer;
  /** Names and values in turn, as Node takes them without looking. */
  readonly headers: readonly string[];
}

const PREFIX = uris.system("");
/** Anything else that a client may accept is for the whole pipeline to judge. */
const ACCEPTED: readonly (string | undefined)[] = [undefined, "*/*", "application/json"];

/**
 * Answers the one request that clients make all the time, GET of a System, before the pipeline of the others begins: where the
 * login is known, the power state fresh and nothing special asked for. Everything else it leaves to the pipeline, which answers the
 * same, only slower; a test compares them. Five of six requests of Ironic are of this kind.
 */
export class QuickReads {
  readonly #service: Service;
  readonly #logger: Logger;
  readonly #rendered = new WeakMap<MachinePower, Rendered>();
  readonly #allow = allowOf(system);

  constructor(service: Service, logger: Logger) {
    this.#service = service;
    this.#logger = logger;
  }

  /** @returns whether the request was answered */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = "", headers } = request;
    if (method !== "GET" || !url.startsWith(PREFIX)) return false;
    const begin = performance.now();
    const power = this.#service.controller.find(url.slice(PREFIX.length));
    const version = headers["odata-version"];
    const plain =
      headers["if-none-match"] === undefined &&
      (version === undefined || version === "4.0") &&
      ACCEPTED.includes(headers.accept);
    // Each read is logged at that level.
    if (!power || !plain || this.#logger.isLevelEnabled("debug")) return false;
    const principal = this.#principal(headers);
    if (!principal || principal.mustChangePassword || !mayCall(principal.role, system.entity, "GET"))
      return false;
    const view = power.freshView;
    // The age of an old state is in the answer, so it is another one each time.
    if (!view || view.failure || view.unsettled) return false;
    const { headers: fixed, body } = this.#render(power, view);
    const id = headers["x-request-id"];
    response.writeHead(200, ["X-Request-Id", requestId(typeof id === "string" ? id : ""), ...fixed]);
    response.end(body);
    const seconds = (performance.now() - begin) / 1000;
    this.#service.metrics.http.requests.observe({ method, route: system.uri, status: "200" }, seconds);
    return true;
  }

  /** Undefined also where a check would take time. */
  #principal(headers: IncomingMessage["headers"]): Principal | undefined {
    const { accounts, sessions, metrics } = this.#service;
    const token = headers["x-auth-token"];
    if (token !== undefined) return typeof token === "string" ? sessions.authenticate(token) : undefined;
    const credentials = readBasic(headers.authorization ?? "");
    if (!credentials || !accounts.remembers(credentials.username, credentials.password)) return undefined;
    metrics.service.loginChecked("right");
    return accounts.find(credentials.username);
  }

  #render(power: MachinePower, view: PowerView): Rendered {
    const { boot, facts } = power;
    const resetTypes = view.resetTypes.join();
    const before = this.#rendered.get(power);
    const same =
      before?.boot === boot &&
      before.facts === facts &&
      before.power === view.power &&
      before.resetTypes === resetTypes;
    if (same) return before;
    const { body: payload, etag = "" } = systemReply(power, view);
    const body = Buffer.from(JSON.stringify(payload));
    const headers = [
      ...["OData-Version", "4.0", "Cache-Control", "no-cache", "X-Content-Type-Options", "nosniff"],
      ...["Allow", this.#allow, "Link", `<${describedBy(payload)}>; rel=describedby`, "ETag", etag],
      ...["Content-Type", "application/json; charset=utf-8", "Content-Length", String(body.length)],
    ];
    const rendered = { boot, facts, power: view.power, resetTypes, body, headers };
    this.#rendered.set(power, rendered);
    return rendered;
  }
}
