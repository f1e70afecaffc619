import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A release page on loopback: answers what it was told, counts requests, and can go away. */
export class ReleaseServer {
  readonly requests: string[] = [];
  readonly #answers = new Map<string, Answer[]>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ReleaseServer> {
    const server = createServer();
    const page = new ReleaseServer(server);
    server.on("request", (request, response) => {
      const path = request.url ?? "/";
      page.requests.push(path);
      const answers = page.#answers.get(path) ?? [{ status: 404, body: "Not Found" }];
      // The last answer stays.
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500, body: "" };
      response.writeHead(answer.status, { connection: "close" }).end(answer.body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return page;
  }

  /** One answer after another for a path; the last is repeated. */
  answer(path: string, ...answers: readonly [Answer, ...Answer[]]): void {
    this.#answers.set(path, [...answers]);
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
