import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { Arrivals } from "../support/arrivals.ts";
import { SECRETS } from "../support/driver-under-test.ts";

/** A WS-MAN request as the server saw it. */
export interface SeenRequest {
  /** "Get CIM_Chassis", "RequestPowerStateChange", "Put AMT_BootSettingData" ... */
  readonly what: string;
  readonly body: string;
  readonly nc: string | undefined;
}

/** "drop": carried out, then the connection is cut; "silence": carried out, never answered. */
export type Fate = "answer" | "drop" | "silence";

export interface Reply {
  readonly status?: number;
  readonly body: string;
}

const REALM = "Digest:A4070000000000000000000000000000";

/**
 * As much of AMT as one test needs: digest checked by the book, everything recorded, answers given by the test. It
 * knows nothing about power or boot, so that it cannot share a mistake with the driver or the simulator.
 */
export class HandMadeAmt {
  readonly requests: SeenRequest[] = [];
  readonly arrivals = new Arrivals();
  /** Logins refused because of a wrong answer to a valid nonce: what counts towards lock-out. */
  failedLogins = 0;
  /** Requests refused for want of a (good) nonce. */
  challenges = 0;
  connections = 0;
  password = SECRETS.password;
  /** Cut so many connections before reading anything, like an engine that has to wake first. */
  asleep = 0;
  fate: (what: string) => Fate = () => "answer";
  stale: "true" | "false" = "true";
  #nonce = "";
  #lastCount = 0;
  readonly #replies = new Map<string, (body: string) => Reply>();
  readonly #server;

  constructor(tls?: ServerOptions) {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(request, response);
    };
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.#server.on(tls ? "secureConnection" : "connection", (socket) => {
      this.connections += 1;
      if (this.asleep <= 0) return;
      this.asleep -= 1;
      socket.destroy();
    });
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked, in order. */
  get asked(): string[] {
    return this.requests.map((request) => request.what);
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Answers a request by name with the content of a SOAP body; methods by the content of their OUTPUT. */
  on(what: string, reply: (body: string) => string): void {
    this.#replies.set(what, (body) => ({ body: envelope(reply(body)) }));
  }

  /** The instance of a class, properties as XML. */
  instance(name: string, properties: () => string): void {
    this.on(`Get ${name}`, () => `<h:${name} xmlns:h="urn:${name}">${properties()}</h:${name}>`);
  }

  /** A method with the ReturnValue given each time it is called. */
  method(name: string, run: (body: string) => number): void {
    this.on(name, (body) => {
      const value = run(body);
      return `<g:${name}_OUTPUT xmlns:g="urn:x"><g:ReturnValue>${value}</g:ReturnValue></g:${name}_OUTPUT>`;
    });
  }

  fault(what: string, code: string, detail = ""): void {
    const fault = `<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>b:${code}</a:Value></a:Subcode></a:Code><a:Reason><a:Text xml:lang="en-US">No.</a:Text></a:Reason><a:Detail>${detail}</a:Detail></a:Fault>`;
    this.#replies.set(what, () => ({ status: 400, body: envelope(fault) }));
  }

  raw(what: string, reply: Reply): void {
    this.#replies.set(what, () => reply);
  }

  /** As if restarted: the nonce given out is unknown from now on. */
  forgetNonce(): void {
    this.#nonce = "";
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += chunk;
    const fields = authorizationFields(request.headers.authorization);
    if (!this.#admit(fields, request.url ?? "")) {
      const known = fields.nonce !== undefined;
      this.#nonce = randomBytes(16).toString("base64");
      this.#lastCount = 0;
      this.challenges += 1;
      response.writeHead(401, {
        "WWW-Authenticate": `Digest realm="${REALM}", nonce="${this.#nonce}",stale="${known ? this.stale : "false"}",qop="auth-int, auth"`,
        "Content-Type": "text/html",
        Connection: "close",
      });
      response.end("<html>Log on failed.</html>");
      return;
    }
    const what = nameOf(body);
    this.requests.push({ what, body, nc: fields.nc });
    const reply = this.#replies.get(what)?.(body) ?? unknownClass(what);
    const fate = this.fate(what);
    this.arrivals.announce(what);
    if (fate === "silence") return;
    if (fate === "drop") {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, { "Content-Type": "application/soap+xml;charset=UTF-8" });
    response.end(reply.body);
  }

  #admit(fields: Readonly<Record<string, string>>, url: string): boolean {
    if (fields.nonce === undefined || fields.nonce !== this.#nonce) return false;
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const secret = md5(`${SECRETS.username}:${REALM}:${this.password}`);
    const target = md5(`POST:${url}`);
    const wanted = md5(`${secret}:${fields.nonce}:${fields.nc}:${fields.cnonce}:auth:${target}`);
    const count = Number.parseInt(fields.nc ?? "0", 16);
    if (fields.response !== wanted) {
      this.failedLogins += 1;
      return false;
    }
    if (count <= this.#lastCount) return false;
    this.#lastCount = count;
    return true;
  }
}

function authorizationFields(header: string | undefined): Record<string, string> {
  const pairs = (header ?? "").matchAll(/([a-z]+)=(?:"([^"]*)"|([^,\s]+))/g);
  return Object.fromEntries([...pairs].map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}

function nameOf(body: string): string {
  const action = /Action>([^<]+)</.exec(body)?.[1]?.split("/").pop() ?? "?";
  const resource = /ResourceURI>([^<]+)</.exec(body)?.[1]?.split("/").pop() ?? "?";
  return ["Get", "Put", "Enumerate", "Pull"].includes(action) ? `${action} ${resource}` : action;
}

export function envelope(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope"><a:Header/><a:Body>${content}</a:Body></a:Envelope>`;
}

function unknownClass(what: string): Reply {
  const fault = `<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>c:DestinationUnreachable</a:Value></a:Subcode></a:Code><a:Reason><a:Text>No route for ${what}.</a:Text></a:Reason></a:Fault>`;
  return { status: 400, body: envelope(fault) };
}
