import { request as httpRequest, type IncomingMessage } from "node:http";
import { DeviceError } from "../errors.ts";
import { type Connection, connect } from "./connect.ts";
import { MAX_ANSWER, stopped } from "./way.ts";

export interface Exchange extends Connection {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether the request may be sent again when its answer is lost. */
  readonly repeatable: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One request on a connection of its own, and its whole answer. Redirects are not followed: they would carry the login
 * elsewhere.
 * @throws DeviceError "unreachable" (retryable once sent only if repeatable), "timeout"; "device" for a long answer
 */
export async function exchange(call: Exchange): Promise<HttpAnswer> {
  const { where, url, method, headers, body, repeatable, signal } = call;
  const socket = await connect(call);
  return await new Promise<HttpAnswer>((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener("abort", abort);
      settle();
      socket.destroy();
    };
    const fail = (error: unknown): void =>
      end(() => {
        if (error instanceof DeviceError) return reject(error);
        const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
        const message = `${where}: the connection ended before the answer (${code})`;
        reject(new DeviceError("unreachable", message, { retryable: repeatable }));
      });
    const abort = (): void => fail(stopped(where, signal));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) return abort();
    const request = httpRequest({
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { ...headers, Host: url.host },
    });
    request.on("error", fail);
    request.on("response", (response) => {
      readAll(response, where).then(
        (text) => end(() => resolve({ status: response.statusCode ?? 0, text })),
        fail,
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
    if (length > MAX_ANSWER)
      throw new DeviceError("device", `${where} answered more than ${MAX_ANSWER} bytes`);
  }
  return Buffer.concat(chunks).toString("utf8");
}
