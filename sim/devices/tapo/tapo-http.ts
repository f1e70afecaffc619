import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { CallCounters } from "../call-counters.ts";
import type { Clock } from "../clock.ts";
import { requestBody } from "../request-body.ts";
import type { Switches } from "../switches.ts";
import { RateLimit } from "./rate-limit.ts";
import type { TapoFaults } from "./tapo-faults.ts";
import type { PlugReply, TapoRoutes } from "./tapo-routes.ts";

export interface TapoHttpParts {
  readonly routes: TapoRoutes;
  readonly faults: Switches<TapoFaults>;
  readonly counters: CallCounters;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The manners of a plug's HTTP server, "SHIP 2.0": one request a connection, and the faults that have no protocol. */
export class TapoHttp {
  readonly server: Server;
  readonly #parts: TapoHttpParts;
  readonly #rate: RateLimit;

  constructor(parts: TapoHttpParts) {
    this.#parts = parts;
    this.#rate = new RateLimit(parts.clock);
    this.server = createServer((request, response) => {
      parts.counters.httpRequests += 1;
      // A client that goes away in the middle of its request needs no answer.
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.server.on("connection", () => {
      parts.counters.connections += 1;
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, clock, counters, log } = this.#parts;
    const body = await requestBody(request);
    const { silent, slowMs, emptyHeaderPage } = faults.current;
    if (silent) return;
    if (slowMs > 0) await new Promise<void>((resolve) => clock.after(slowMs, resolve));
    if (emptyHeaderPage && request.rawHeaders.some((value) => value.trim() === "")) {
      send(response, 200, "<html><body>200 OK</body></html>", "text/html");
      return;
    }
    const reply = this.#reply(request, body);
    const { garbage, cutAnswers } = faults.current;
    if (garbage) {
      send(response, 200, "<html><body>It works!</body></html>", "text/html");
      return;
    }
    if (cutAnswers && reply.kind === "binary" && reply.body.length > 0) {
      cutShort(response, reply.body);
      return;
    }
    switch (reply.kind) {
      case "binary":
        if (reply.setCookie !== undefined) response.setHeader("Set-Cookie", reply.setCookie);
        send(response, 200, reply.body, "application/octet-stream");
        break;
      case "json":
        send(response, 200, JSON.stringify(reply.value), "application/json;charset=UTF-8");
        break;
      case "refusal":
        counters.refused += 1;
        log(`${reply.status} ${reply.why}`);
        send(response, reply.status, `<html><body>${reply.status}</body></html>`, "text/html");
        break;
      case "reset":
        request.socket.resetAndDestroy();
    }
  }

  #reply(request: IncomingMessage, body: Buffer | undefined): PlugReply {
    const { faults, routes } = this.#parts;
    if (!this.#rate.admits(faults.current.rateLimit)) {
      return { kind: "refusal", status: 429, why: "too many requests" };
    }
    if (body === undefined) return { kind: "refusal", status: 413, why: "body too large" };
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://plug");
    if (request.method !== "POST") {
      return { kind: "refusal", status: 405, why: `${request.method} ${pathname}` };
    }
    const sequence = searchParams.get("seq");
    return routes.reply({ path: pathname, sequence, cookie: request.headers.cookie ?? "", body });
  }
}

/** Announces the whole body, sends half of it and ends the connection. */
function cutShort(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": body.length });
  response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
}

function send(response: ServerResponse, status: number, body: string | Buffer, type: string): void {
  response.sendDate = false;
  response.writeHead(status, {
    Server: "SHIP 2.0",
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    Connection: "close",
  });
  response.end(body);
}
