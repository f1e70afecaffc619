import { request } from "node:https";

export interface HttpsGetRequest {
  /** https: only. */
  readonly url: string;
  /** PEM of the only authority to trust. */
  readonly caPem: string;
  readonly username: string;
  readonly password: string;
  /** Milliseconds for all of it. */
  readonly timeOut: number;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly text: string;
}

/** No answer that is asked for here comes near it; what sends more is something else. */
const maxBytes = 4 * 1024 * 1024;

/**
 * A GET with a login by HTTP Basic authentication (RFC 7617) over TLS that trusts one authority alone. Not fetch, which
 * cannot be told whom to trust.
 *
 * @returns whatever status the server answers with; redirections are not followed.
 * @throws Error of the network, of TLS, for the time-out or a body of more than 4 MiB; never with the login in it.
 */
export async function httpsGet({
  url,
  caPem,
  username,
  password,
  timeOut,
}: HttpsGetRequest): Promise<HttpsAnswer> {
  const signal = AbortSignal.timeout(timeOut);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
  try {
    return await new Promise<HttpsAnswer>((done, fail) => {
      const sent = request(
        url,
        { ca: caPem, agent: false, signal, headers: { authorization, accept: "application/json" } },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > maxBytes) response.destroy(new Error("the answer is larger than 4 MiB"));
            else chunks.push(chunk);
          });
          response.on("error", fail);
          response.on("end", () =>
            done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
          );
        },
      );
      sent.on("error", fail);
      sent.end();
    });
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeOut / 1000} s`);
    throw error;
  }
}
