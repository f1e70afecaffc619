import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { CallCounters } from "../call-counters.ts";
import type { Clock } from "../clock.ts";
import { requestBody } from "../request-body.ts";
import type { Switches } from "../switches.ts";
import type { AmtFaults } from "./amt-faults.ts";
import type { DigestLogin } from "./digest-login.ts";
import type { EngineSleep } from "./engine-sleep.ts";
import { AMT_BUILD, AMT_VERSION } from "./platform.ts";
import type { TlsIdentity } from "./tls-identity.ts";
import { WsmanFault } from "./wsman-fault.ts";
import { WsmanRequest } from "./wsman-request.ts";
import type { WsmanService } from "./wsman-service.ts";

/** Tells the version to everybody, also without a login. */
const SERVER = `Intel(R) Active Management Technology ${AMT_VERSION}.${AMT_BUILD}`;
const LOGON_FAILED =
  "<!DOCTYPE HTML><html><head><title>Log On</title></head><body><p>Log on failed. Incorrect user name or password, " +
  "or user account temporarily locked.</p></body></html>";
const POWER_CHANGE = "CIM_PowerManagementService.RequestPowerStateChange";
const POWER_READS = [
  "CIM_AssociatedPowerManagementService.Get",
  "CIM_AssociatedPowerManagementService.Pull",
  "CIM_ServiceAvailableToElement.Get",
  "CIM_ServiceAvailableToElement.Pull",
];

export interface AmtHttpParts {
  readonly login: DigestLogin;
  readonly service: WsmanService;
  readonly sleep: EngineSleep;
  readonly faults: Switches<AmtFaults>;
  readonly counters: CallCounters;
  readonly clock: Clock;
  readonly tls: TlsIdentity | undefined;
  /** Presses the machine's power button. */
  readonly pressButton: () => void;
  readonly log: (line: string) => void;
}

/** The engine's web server: /wsman behind digest, and the faults that have no protocol. */
export class AmtHttp {
  readonly server: Server;
  readonly #parts: AmtHttpParts;

  constructor(parts: AmtHttpParts) {
    this.#parts = parts;
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      parts.counters.httpRequests += 1;
      // A client that goes away in the middle of its request needs no answer.
      this.#handle(request, response).catch(() => response.destroy());
    };
    // AMT 12 has TLS 1.1 and 1.2; Node's own minimum is 1.2.
    this.server = parts.tls
      ? createTlsServer({ cert: parts.tls.certificate, key: parts.tls.key, maxVersion: "TLSv1.2" }, listener)
      : createServer(listener);
    this.server.on("connection", (socket: Socket) => {
      parts.counters.connections += 1;
      if (parts.sleep.admits()) return;
      parts.log("asleep: connection dropped");
      socket.destroy();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, clock } = this.#parts;
    const body = await requestBody(request);
    const { silent, slowMs, httpStatus } = faults.current;
    if (silent) return;
    if (slowMs > 0) await new Promise<void>((resolve) => clock.after(slowMs, resolve));
    const status =
      body === undefined ? 413 : request.url !== "/wsman" ? 404 : request.method !== "POST" ? 405 : 200;
    if (body === undefined || status !== 200) {
      this.#page(response, status);
    } else if (this.#mayPass(request, response, body)) {
      if (httpStatus === null) this.#answer(request, response, body.toString("utf8"));
      else this.#page(response, httpStatus);
    }
  }

  /** Judges the login; a request that may not pass has been answered. */
  #mayPass(request: IncomingMessage, response: ServerResponse, body: Buffer): boolean {
    const { login, counters, faults, log } = this.#parts;
    const { authorization } = request.headers;
    const { stolenSessions } = faults.current;
    if (authorization !== undefined && stolenSessions > 0) {
      faults.change({ stolenSessions: stolenSessions - 1 });
      login.forget();
    }
    const outcome = login.check({ authorization, method: "POST", uri: "/wsman", body });
    if (outcome.kind === "ok") {
      if (outcome.newLogin) counters.logins += 1;
      return true;
    }
    if (outcome.kind === "failed") counters.failedLogins += 1;
    counters.refused += 1;
    log(`401 ${outcome.kind === "challenge" ? outcome.why : outcome.kind}`);
    response.setHeader("WWW-Authenticate", login.challenge(outcome.kind === "challenge" && outcome.stale));
    if (!faults.current.keepConnectionOn401) response.setHeader("Connection", "close");
    this.#page(response, 401, LOGON_FAILED);
    return false;
  }

  #answer(request: IncomingMessage, response: ServerResponse, message: string): void {
    const { service, counters, faults, log, pressButton } = this.#parts;
    let relatesTo = "";
    let operation = "invalid";
    let status = 200;
    let xml: string;
    try {
      const asked = new WsmanRequest(message);
      relatesTo = asked.messageId;
      operation = service.operation(asked);
      xml = service.answer(asked);
    } catch (error) {
      if (!(error instanceof WsmanFault)) throw error;
      status = 400;
      xml = service.fault(relatesTo, error);
    }
    counters.called(operation);
    if (POWER_READS.includes(operation)) counters.powerReads += 1;
    const { buttonAfterRead } = faults.current;
    if (POWER_READS.includes(operation) && buttonAfterRead > 0) {
      faults.change({ buttonAfterRead: buttonAfterRead - 1 });
      pressButton();
    }
    const returnValue = /<g:ReturnValue>(\d+)</.exec(xml)?.[1];
    log(
      `${operation} -> ${status === 200 ? (returnValue ?? "ok") : `fault: ${/<a:Text[^>]*>([^<]*)/.exec(xml)?.[1]}`}`,
    );

    if (operation === POWER_CHANGE && faults.current.cutFromCommand) faults.change({ cutAnswers: true });
    const { resetAfterCommand, brokenXml, cutAnswers } = faults.current;
    if (operation === POWER_CHANGE && returnValue === "0" && resetAfterCommand > 0) {
      faults.change({ resetAfterCommand: resetAfterCommand - 1 });
      request.socket.resetAndDestroy();
      return;
    }
    if (faults.current.garbage) {
      this.#page(response, 200, "<html><body><h1>It works!</h1></body></html>");
      return;
    }
    response.sendDate = false;
    // Without a length, in chunks, as the real one.
    response.writeHead(status, { Server: SERVER, "Content-Type": "application/soap+xml; charset=UTF-8" });
    if (cutAnswers) {
      response.write(xml.slice(0, xml.length / 2), () => request.socket.destroy());
      return;
    }
    response.write(brokenXml ? xml.slice(0, xml.length / 2) : xml);
    response.end();
  }

  #page(response: ServerResponse, status: number, html = `<html><body>${status}</body></html>`): void {
    response.sendDate = false;
    response.writeHead(status, {
      Server: SERVER,
      "Content-Type": "text/html",
      "Content-Length": Buffer.byteLength(html),
    });
    response.end(html);
  }
}
