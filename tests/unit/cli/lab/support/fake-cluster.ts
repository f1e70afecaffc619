import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";

/** An API server that serves objects and lists by path, can go away and come back. Nothing is stored but by the test. */
export class FakeCluster {
  /** What a GET of a path answers: an object, or the items of a list. */
  readonly objects = new Map<string, unknown>();
  /** What a GET of a path answers in plain text, as a pod's log. */
  readonly texts = new Map<string, string>();
  /** Paths of texts that do not end by themselves. */
  readonly open = new Set<string>();
  /** Answered to paths that end so. */
  readonly refusals = new Map<string, { readonly code: number; readonly message: string }>();
  readonly queries: { readonly path: string; readonly query: Readonly<Record<string, string>> }[] = [];
  /** What was patched, and by whom. */
  readonly patches: {
    readonly path: string;
    readonly fieldManager: string | null;
    readonly body: unknown;
  }[] = [];
  /** Answered in place of everything: an API that refuses. */
  refuse: number | undefined;
  /** Milliseconds by which its clock is ahead of this machine's. */
  clockAhead = 0;
  readonly token = "token-marker-3c7";
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<FakeCluster> {
    const cluster = new FakeCluster();
    await cluster.comeBack();
    return cluster;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get kubeconfig(): string {
    return stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "lab",
      contexts: [
        { name: "lab", context: { cluster: "lab", user: "lab" } },
        { name: "other", context: { cluster: "lab", user: "lab" } },
      ],
      // The Kubernetes client speaks plain HTTP only to a cluster whose certificate it need not check.
      clusters: [{ name: "lab", cluster: { server: this.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "lab", user: { token: this.token } }],
    });
  }

  /** Serves, on the port that it had before. */
  async comeBack(): Promise<void> {
    const server = createServer((request, response) => {
      const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://api");
      const found = this.objects.get(path);
      response.setHeader("date", new Date(Date.now() + this.clockAhead).toUTCString());
      this.queries.push({ path, query: Object.fromEntries(searchParams) });
      const plain = this.texts.get(path);
      if (plain !== undefined) {
        response.writeHead(200, { "content-type": "text/plain" }).write(plain);
        if (!this.open.has(path)) response.end();
        return;
      }
      const [refused] = [...this.refusals].filter(([end]) => path.endsWith(end)).map(([, one]) => one);
      let sent = "";
      request.on("data", (chunk: Buffer) => {
        sent += chunk.toString("utf8");
      });
      request.on("end", () => {
        if (request.method !== "PATCH") return;
        const fieldManager = searchParams.get("fieldManager");
        this.patches.push({ path, fieldManager, body: JSON.parse(sent) as unknown });
      });
      const known = request.headers.authorization === `Bearer ${this.token}`;
      const code = this.refuse ?? refused?.code ?? (known ? (found === undefined ? 404 : 200) : 401);
      const refusal = { kind: "Status", code, message: refused?.message ?? `refused with ${code}` };
      const body = code === 200 ? (Array.isArray(found) ? { items: found } : found) : refusal;
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

/** A Secret as the API returns it. */
export function secretObject(texts: Readonly<Record<string, string>>): unknown {
  const data = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { data: Object.fromEntries(data) };
}
