import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Principal } from "../auth/account.ts";
import { mayRead } from "../auth/may-read.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { Service } from "../redfish/resource.ts";
import { describedBy } from "../redfish/schemas.ts";
import { system, systemReply } from "../redfish/system.ts";
import { type SystemInputs, sameInputs, systemInputs } from "../redfish/system-payload.ts";
import { uris } from "../redfish/uris.ts";
import { allowOf } from "./allow-of.ts";
import { readBasic } from "./read-basic.ts";
import { requestId } from "./request-id.ts";

/** A machine as it was rendered last, and all that it was rendered from: while that is equal, so is the answer. */
interface Rendered {
  readonly inputs: SystemInputs;
  readonly body: Buffer;
  /** Names and values in turn, as Node takes them without looking. */
  readonly headers: readonly string[];
}

type Headers = IncomingMessage["headers"];

const PREFIX = uris.system("");
/** Anything else that a client may accept is for the whole pipeline to judge. */
const ACCEPTED: readonly (string | undefined)[] = [undefined, "*/*", "application/json"];

/**
 * Answers the one request that clients make all the time, GET of a System, before the pipeline of the others begins: where the
 * login is known, the power state fresh and nothing special asked for. Everything else it leaves to the pipeline, which answers the
 * same, only slower; tests compare them. Five of six requests of Ironic are of this kind.
 *
 * Nothing has to be told to forget: login, role and inputs of the payload are taken anew at each request, and only the text that is
 * made of the inputs is kept, beside the inputs themselves.
 */
export class QuickReads {
  readonly #service: Service;
  readonly #logger: Logger;
  readonly #rendered = new WeakMap<MachinePower, Rendered>();
  readonly #allow = allowOf(system);
  readonly #took: (seconds: number) => void;

  constructor(service: Service, logger: Logger) {
    this.#service = service;
    this.#logger = logger;
    const labels = { method: "GET", route: system.uri, status: "200" };
    this.#took = service.metrics.http.requests.observerOf(labels);
  }

  /** @returns whether the request was answered */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = "", headers } = request;
    if (method !== "GET" || !url.startsWith(PREFIX)) return false;
    const begin = performance.now();
    let rendered: Rendered | undefined;
    try {
      rendered = this.#find(url.slice(PREFIX.length), headers);
    } catch {
      // The pipeline fails in the same way, and has the means to tell.
    }
    if (!rendered) return false;
    const id = headers["x-request-id"];
    response.writeHead(200, [
      "X-Request-Id",
      requestId(typeof id === "string" ? id : ""),
      ...rendered.headers,
    ]);
    response.end(rendered.body);
    if (headers["x-auth-token"] === undefined) this.#service.metrics.service.loginChecked("right");
    this.#took((performance.now() - begin) / 1000);
    return true;
  }

  /** Undefined where the request is for the pipeline. */
  #find(name: string, headers: Headers): Rendered | undefined {
    const power = this.#service.controller.find(name);
    const version = headers["odata-version"];
    const plain =
      headers["if-none-match"] === undefined &&
      (version === undefined || version === "4.0") &&
      ACCEPTED.includes(headers.accept);
    // Each read is logged at that level.
    if (!power || !plain || this.#logger.isLevelEnabled("debug")) return undefined;
    const principal = this.#principal(headers);
    const may = principal && mayRead(principal, system.entity);
    const view = may ? power.freshView : undefined;
    return view && this.#render(power, systemInputs(power, view));
  }

  /** Undefined also where a check would take time. */
  #principal(headers: Headers): Principal | undefined {
    const { accounts, sessions } = this.#service;
    const token = headers["x-auth-token"];
    if (token !== undefined) return typeof token === "string" ? sessions.authenticate(token) : undefined;
    const credentials = readBasic(headers.authorization ?? "");
    const remembered = credentials && accounts.remembers(credentials.username, credentials.password);
    return remembered ? accounts.find(credentials.username) : undefined;
  }

  #render(power: MachinePower, inputs: SystemInputs): Rendered {
    const before = this.#rendered.get(power);
    if (before && sameInputs(before.inputs, inputs)) return before;
    const { body: payload, etag } = systemReply(inputs);
    const body = Buffer.from(JSON.stringify(payload));
    const headers = [
      ...["OData-Version", "4.0", "Cache-Control", "no-cache", "X-Content-Type-Options", "nosniff"],
      ...["Allow", this.#allow, "Link", `<${describedBy(payload)}>; rel=describedby`, "ETag", etag],
      ...["Content-Type", "application/json; charset=utf-8", "Content-Length", String(body.length)],
    ];
    const rendered = { inputs, body, headers };
    this.#rendered.set(power, rendered);
    return rendered;
  }
}
