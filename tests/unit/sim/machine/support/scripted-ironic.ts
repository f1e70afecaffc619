import { createServer, type IncomingMessage, type Server } from "node:http";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

type Answer = { readonly status: number; readonly body?: unknown };

/** A test double of Ironic's API: answers the agent's three calls as it is told and keeps what was asked. */
export class ScriptedIronic {
  readonly seen: SeenRequest[] = [];
  /** First answers to each call, by the beginning of its path; when they are used up, the last one stays. */
  readonly answers: Record<string, Answer[]> = {};
  readonly #server: Server;
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (chunk: Buffer) => parts.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        const path = request.url ?? "";
        const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
        this.seen.push({ method: request.method ?? "", path, headers: request.headers, body });
        const [, script = []] = Object.entries(this.answers).find(([start]) => path.startsWith(start)) ?? [];
        const answer = (script.length > 1 ? script.shift() : script[0]) ?? { status: 404 };
        response.writeHead(answer.status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(answer.body ?? { error_message: { faultstring: "not now" } }));
      });
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://${this.#address}:${typeof address === "object" ? address?.port : ""}`;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, this.#address, resolve);
    });
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  to(start: string): SeenRequest[] {
    return this.seen.filter(({ path }) => path.startsWith(start));
  }
}
