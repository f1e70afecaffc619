import { request } from "node:https";

export interface HttpsCall {
  readonly method: "GET" | "POST";
  /** https: only. */
  readonly url: string;
  /** PEM of the only authority to trust. */
  readonly caPem: string;
  readonly username: string;
  readonly password: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Milliseconds for all of it. */
  readonly timeOut: number;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly text: string;
}

/** A list of a thousand nodes is a twentieth of it. */
const maxBytes = 32 * 1024 * 1024;

/**
 * One call with a login by HTTP Basic authentication (RFC 7617) over TLS that trusts one authority alone; as httpsGet of the
 * components, with a method, headers and a body.
 *
 * @returns whatever status the server answers with; redirections are not followed.
 * @throws Error of the network, of TLS, for the time-out or a body of more than 32 MiB; never with the login in it.
 */
export async function httpsCall(call: HttpsCall): Promise<HttpsAnswer> {
  const { method, url, caPem, username, password, timeOut } = call;
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
      const sent = request(url, { method, ca: caPem, agent: false, signal, headers }, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) response.destroy(new Error("the answer is larger than 32 MiB"));
          else chunks.push(chunk);
        });
        response.on("error", fail);
        response.on("end", () =>
          done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      sent.on("error", fail);
      sent.end(content);
    });
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeOut / 1000} s`);
    throw error;
  }
}
