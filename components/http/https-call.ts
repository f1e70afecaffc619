import { request } from "node:https";
import { boundedText } from "./bounded-text.ts";

export interface HttpsCall {
  readonly method: "GET" | "POST";
  /** https: only. */
  readonly url: string;
  /** PEM of the only authority to trust. */
  readonly caPem: string;
  /** Whose certificate it has to be, where that is not the URL's host: behind a forwarded port. */
  readonly servername?: string;
  readonly username: string;
  readonly password: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Milliseconds for all of it. */
  readonly timeOut: number;
  /** Of the answer. */
  readonly maxMiB: number;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One call with a login by HTTP Basic authentication (RFC 7617) over TLS that trusts one authority alone. Not fetch, which
 * cannot be told whom to trust.
 *
 * @returns whatever status the server answers with; redirections are not followed.
 * @throws Error of the network, of TLS, for the time-out or a larger answer; never with the login in it.
 */
export async function httpsCall(call: HttpsCall): Promise<HttpsAnswer> {
  const { method, url, caPem, servername, username, password, timeOut, maxMiB } = call;
  const signal = AbortSignal.timeout(timeOut);
  const content = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    accept: "application/json",
    authorization: `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`,
    ...(content === undefined
      ? {}
      : { "content-type": "application/json", "content-length": Buffer.byteLength(content) }),
    ...call.headers,
  };
  try {
    return await new Promise<HttpsAnswer>((done, fail) => {
      const options = { method, ca: caPem, agent: false, signal, headers } as const;
      const named = servername === undefined ? options : { ...options, servername };
      const sent = request(url, named, (response) => {
        boundedText(response, maxMiB).then((text) => done({ status: response.statusCode ?? 0, text }), fail);
      });
      sent.on("error", fail);
      sent.end(content);
    });
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeOut / 1000} s`);
    throw error;
  }
}
