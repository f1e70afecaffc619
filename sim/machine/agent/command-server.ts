import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentError } from "./agent-error.ts";
import { agentIdentity } from "./agent-identity.ts";
import type { CommandTable } from "./command-table.ts";

/** A config drive of 64 MiB travels in a command, as base64. */
const LARGEST_BODY_BYTES = 100 * 1024 * 1024;
const LAST_ANSWERS_MS = 1_000;

export interface CommandServerOptions {
  readonly address: string;
  readonly port: number;
  readonly commands: CommandTable;
  /** What Ironic has to show with every command; without one nobody may give any. */
  readonly token: string | undefined;
  /** Whether the cable is out at this moment. */
  readonly networkLost: () => boolean;
}

/** The agent's own HTTP API, version 1 (project ironic-python-agent, api/app.py). */
export class CommandServer {
  readonly #options: CommandServerOptions;
  readonly #server: Server;
  readonly #startedAt = Date.now() / 1_000;

  constructor(options: CommandServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      if (options.networkLost()) {
        request.socket.destroy();
        return;
      }
      this.#answer(request, response).catch((error) => refuse(response, error));
    });
  }

  get url(): string {
    return `http://${this.#options.address}:${this.#options.port}`;
  }

  /** @throws Error when the address is taken */
  async listen(): Promise<void> {
    const { address, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, address, resolve);
    });
  }

  /** Takes no more requests; those under way get a moment for their answers. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const enough = new AbortController();
    await Promise.race([
      closed,
      sleep(LAST_ANSWERS_MS, undefined, { signal: enough.signal }).catch(() => undefined),
    ]);
    enough.abort();
    this.cut();
  }

  /** As a power cut does. */
  cut(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://agent");
    const path = pathname.replace(/^\/v1(?=\/)/, "");
    const what = `${request.method} ${path}`;
    if (what === "GET /") return send(response, 200, description(this.url));
    if (what === "GET /status") {
      return send(response, 200, { started_at: this.#startedAt, version: agentIdentity.version });
    }
    if (path === "/commands") {
      response.setHeader("Location", `${pathname}/`);
      return send(response, 308, {});
    }
    const [, id] = /^\/commands\/([^/]*)$/.exec(path) ?? [];
    if (id === undefined)
      throw new HttpProblem(404, "Not Found: The requested URL was not found on the server.");
    const { token, commands } = this.#options;
    if (token === undefined || searchParams.get("agent_token") !== token) {
      throw new HttpProblem(401, "Unauthorized: Token invalid.");
    }
    if (what === "GET /commands/") return send(response, 200, { commands: commands.records });
    if (request.method === "GET") {
      const record = commands.records.find((one) => one.id === id);
      if (record) return send(response, 200, record);
      throw new AgentError("RequestedObjectNotFoundError", `Command Result with id ${id} not found.`);
    }
    if (what !== "POST /commands/") {
      throw new HttpProblem(405, "Method Not Allowed: The method is not allowed for the requested URL.");
    }
    const { name, params } = await commandIn(request);
    send(
      response,
      200,
      await commands.execute(name, params, searchParams.get("wait")?.toLowerCase() === "true"),
    );
  }
}

/** What is wrong with a request as such. */
class HttpProblem extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.status = status;
  }
}

async function commandIn(
  request: IncomingMessage,
): Promise<{ name: string; params: Record<string, unknown> }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) throw new HttpProblem(413, "Request Entity Too Large");
    parts.push(chunk);
  }
  let body: { name?: unknown; params?: unknown };
  try {
    body = JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HttpProblem(400, "Bad Request: Failed to decode JSON object");
  }
  const { name, params } = body ?? {};
  if (typeof name !== "string" || typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new HttpProblem(400, "Bad Request: Missing or invalid name or params");
  }
  return { name, params: params as Record<string, unknown> };
}

function refuse(response: ServerResponse, error: unknown): void {
  const status = error instanceof AgentError || error instanceof HttpProblem ? error.status : 500;
  send(response, status, {
    faultcode: status >= 500 ? "Server" : "Client",
    faultstring: error instanceof Error ? error.message : String(error),
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

function description(url: string): unknown {
  const version = { id: "v1", links: [{ href: `${url}/v1`, rel: "self" }] };
  return { name: "Deploy agent of a simulated machine", versions: [version], default_version: version };
}
