import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; `{}` when there is none or it is not JSON. */
  readonly body: Body;
}

interface Properties {
  readonly [property: string]: Body;
}

/** Loosely typed on purpose: a test says what it expects by its assertions. */
export type Body = Properties & readonly Body[];

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string or Buffer is sent as it is. */
  readonly body?: unknown;
}

/** Asks as sushy does: one connection for each request. */
export class RedfishClient {
  readonly url: string;
  readonly ca: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, ca: string | undefined, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.ca = ca;
    this.headers = headers;
  }

  /** The same client with these headers, e.g. another login. */
  with(headers: Readonly<Record<string, string>>): RedfishClient {
    return new RedfishClient(this.url, this.ca, headers);
  }

  as(username: string, password: string): RedfishClient {
    const credentials = Buffer.from(`${username}:${password}`).toString("base64");
    return this.with({ Authorization: `Basic ${credentials}` });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, { headers });
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.ask(path, { method: "POST", body });
  }

  patch(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, { method: "PATCH", body, headers });
  }

  ask(path: string, { method = "GET", headers = {}, body }: Ask): Promise<Answer> {
    const raw = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const content =
      raw === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(raw) };
    const options = {
      method,
      agent: false as const,
      headers: { ...content, ...this.headers, ...headers },
      ...(this.ca !== undefined && { ca: this.ca }),
    };
    return new Promise((resolve, reject) => {
      const send = this.url.startsWith("https:") ? httpsRequest : httpRequest;
      const request = send(`${this.url}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
        });
      });
      request.on("error", reject);
      request.end(raw);
    });
  }
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {} as Body;
  }
}

/** The message ids of an error answer, without the registry's name and version. */
export function messageIds(answer: Answer): string[] {
  const info = answer.body.error?.["@Message.ExtendedInfo"] ?? [];
  return info.map((entry: Body) => String(entry.MessageId).replace(/^Base\.\d+\.\d+\./, ""));
}
