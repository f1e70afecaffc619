import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stringify } from "yaml";

export interface ApiAnswer {
  readonly code: number;
  readonly message?: string;
}

export interface CreateRequest {
  readonly path: string;
  readonly dryRun: string | null;
  readonly kind: unknown;
}

/** The few endpoints of a Kubernetes API that a dry-run create needs, with answers as scripted by the test. */
export class FakeApiServer {
  readonly creates: CreateRequest[] = [];
  /** Answers to creates, one after the other; the last is repeated. */
  answers: ApiAnswer[] = [{ code: 201 }];
  /** Whether the custom kinds are served. */
  served = true;
  readonly kubeconfig: string;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(server: Server, folder: string, kubeconfig: string) {
    this.#server = server;
    this.#folder = folder;
    this.kubeconfig = kubeconfig;
  }

  static async start(): Promise<FakeApiServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const folder = await mkdtemp(join(tmpdir(), "edge-lab-api-"));
    const kubeconfig = join(folder, "kubeconfig");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // The Kubernetes client speaks plain HTTP only to a cluster whose certificate it need not check.
    await writeFile(
      kubeconfig,
      stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "lab",
        contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }],
        clusters: [{ name: "lab", cluster: { server: url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "lab", user: {} }],
      }),
    );
    const api = new FakeApiServer(server, folder, kubeconfig);
    server.on("request", (request, response) => {
      void api.#answer(request).then(({ code, body }) => {
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    return api;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage): Promise<{ code: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://api");
    if (request.method === "GET" && pathname === "/version")
      return { code: 200, body: { gitVersion: "v1.34.3" } };
    if (request.method === "GET" && this.served) {
      const resources = [{ name: "certificates", kind: "Certificate", namespaced: true, verbs: ["create"] }];
      return { code: 200, body: { kind: "APIResourceList", groupVersion: "cert-manager.io/v1", resources } };
    }
    if (request.method === "POST") {
      const object = JSON.parse(await text(request)) as { kind?: unknown };
      this.creates.push({ path: pathname, dryRun: searchParams.get("dryRun"), kind: object.kind });
      const answer = (this.answers.length > 1 ? this.answers.shift() : this.answers[0]) ?? { code: 500 };
      return { code: answer.code, body: answer.code < 300 ? object : status(answer) };
    }
    return {
      code: 404,
      body: status({ code: 404, message: "the server could not find the requested resource" }),
    };
  }
}

function status({ code, message }: ApiAnswer): unknown {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, message };
}
