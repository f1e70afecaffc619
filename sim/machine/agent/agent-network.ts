import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { rootCertificates } from "node:tls";

/** As ironic-python-agent's http_request_timeout. */
const ANSWER_MS = 30_000;
/** No answer that is read whole is larger than a config drive may be. */
const LARGEST_ANSWER_BYTES = 128 * 1024 * 1024;

export interface AgentNetworkOptions {
  /** PEM file with an authority that is believed beside the well-known ones. */
  readonly caFile?: string;
  /** Whether the cable is out at this moment. */
  readonly lost: () => boolean;
  readonly signal: AbortSignal;
}

export interface AgentRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface AgentAnswer {
  readonly status: number;
  readonly text: string;
}

/** How the agent reaches others: plain HTTP and HTTPS, no proxies, a connection for every request. */
export class AgentNetwork {
  readonly #options: AgentNetworkOptions;
  readonly #authorities: readonly string[] | undefined;

  /** @throws Error when `caFile` cannot be read */
  constructor(options: AgentNetworkOptions) {
    this.#options = options;
    this.#authorities =
      (options.caFile && [...rootCertificates, readFileSync(options.caFile, "utf8")]) || undefined;
  }

  get lost(): boolean {
    return this.#options.lost();
  }

  /** @throws Error when no whole answer came within 30 s of silence, or none was possible */
  async exchange(url: string, request: AgentRequest = {}): Promise<AgentAnswer> {
    const { status, chunks } = await this.open(url, request);
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > LARGEST_ANSWER_BYTES)
        throw new Error(`${url} answers with more than ${LARGEST_ANSWER_BYTES} bytes`);
      parts.push(chunk);
    }
    return { status, text: Buffer.concat(parts).toString("utf8") };
  }

  /** The answer to be read piece by piece; `chunks` throws when it breaks off. */
  async open(
    url: string,
    request: AgentRequest = {},
  ): Promise<{ status: number; length: number | undefined; chunks: AsyncIterable<Buffer> }> {
    const response = await this.#send(url, request);
    const length = Number(response.headers["content-length"] ?? Number.NaN);
    return {
      status: response.statusCode ?? 0,
      length: Number.isNaN(length) ? undefined : length,
      chunks: this.#chunks(response),
    };
  }

  async *#chunks(response: IncomingMessage): AsyncGenerator<Buffer> {
    for await (const chunk of response) {
      if (this.lost) throw unreachable();
      yield chunk as Buffer;
    }
    if (!response.complete) throw new Error("Connection broken: the answer is not complete");
  }

  #send(url: string, { method = "GET", headers = {}, body }: AgentRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (this.lost) throw unreachable();
      const options: RequestOptions = {
        method,
        headers: { Accept: "application/json", ...headers },
        agent: false,
        timeout: ANSWER_MS,
        signal: this.#options.signal,
      };
      const request = url.startsWith("https:")
        ? httpsRequest(url, { ...options, ...(this.#authorities && { ca: [...this.#authorities] }) })
        : httpRequest(url, options);
      request.on("timeout", () =>
        request.destroy(new Error(`${url}: no answer within ${ANSWER_MS / 1_000} s`)),
      );
      request.on("error", reject);
      request.on("response", resolve);
      if (body === undefined) request.end();
      else request.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
    });
  }
}

function unreachable(): Error {
  return new Error("[Errno 101] Network is unreachable");
}
