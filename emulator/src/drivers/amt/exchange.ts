import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Clock } from "../../power/clock.ts";
import { DeviceError } from "../errors.ts";
import { AmtError, type AmtProgress } from "./amt-error.ts";

export interface HttpExchange {
  readonly tls: boolean;
  readonly agent: Agent;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly clock: Clock;
  /** Milliseconds until connected, and from then on until the whole answer is here. */
  readonly connectTimeout: number;
  readonly answerTimeout: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** The Server header. */
  readonly server: string | undefined;
  /** Values of WWW-Authenticate. */
  readonly challenges: readonly string[];
  readonly body: string;
}

/** The largest answer taken: a full inventory has some 100 kB. */
const MAX_ANSWER = 4_000_000;

/**
 * One POST and its whole answer.
 * @throws AmtError unreachable or timeout, with how far the request came; "device" for an answer that is too long
 */
export function exchange(call: HttpExchange): Promise<HttpAnswer> {
  const { tls, agent, host, port, path, headers, body, clock, signal } = call;
  const where = `AMT at ${host}:${port}`;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(stopped(where, signal, "none"));
      return;
    }
    let progress: AmtProgress = "none";
    const request: ClientRequest = (tls ? httpsRequest : httpRequest)({
      agent,
      host,
      port,
      path,
      method: "POST",
      headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) },
    });
    const fail = (error: Error): void => {
      cancelTimer();
      signal.removeEventListener("abort", abort);
      request.destroy();
      reject(error);
    };
    const abort = (): void => fail(stopped(where, signal, progress === "none" ? "none" : "silent"));
    let cancelTimer = clock.after(call.connectTimeout, () =>
      fail(new AmtError("unreachable", `${where}: no connection within ${call.connectTimeout / 1000} s`)),
    );
    const connected = (): void => {
      progress = "dropped";
      cancelTimer();
      cancelTimer = clock.after(call.answerTimeout, () => {
        const message = `${where}: no complete answer within ${call.answerTimeout / 1000} s`;
        fail(new AmtError("timeout", message, { progress: "silent" }));
      });
    };
    signal.addEventListener("abort", abort, { once: true });
    request.on("socket", (socket) => {
      if (socket.connecting) socket.once("connect", connected);
      else connected();
    });
    request.on("error", (error) => fail(asAmtError(where, error, progress)));
    request.on("response", (response) => {
      readAll(response, where).then(
        (text) => {
          cancelTimer();
          signal.removeEventListener("abort", abort);
          const challenges = response.headersDistinct["www-authenticate"] ?? [];
          const server = response.headersDistinct.server?.[0];
          resolve({ status: response.statusCode ?? 0, server, challenges, body: text });
        },
        (error: Error) => fail(asAmtError(where, error, progress)),
      );
    });
    request.end(body);
  });
}

async function readAll(response: IncomingMessage, where: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER) throw new AmtError("device", `${where}: the answer exceeds ${MAX_ANSWER} bytes`);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The power controller aborts with the error it wants to be seen. */
function stopped(where: string, signal: AbortSignal, progress: AmtProgress): DeviceError {
  if (signal.reason instanceof DeviceError) return signal.reason;
  return new AmtError("timeout", `${where}: the call was stopped before its end`, { progress });
}

function asAmtError(where: string, error: Error, progress: AmtProgress): DeviceError {
  if (error instanceof DeviceError) return error;
  const code = "code" in error ? String(error.code) : error.message;
  const ended = progress === "none" ? "cannot be reached" : "the connection ended before the answer";
  return new AmtError("unreachable", `${where}: ${ended} (${code})`, { progress, cause: error });
}
