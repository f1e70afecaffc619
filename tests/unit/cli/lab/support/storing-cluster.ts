import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { stringify } from "yaml";

export interface StoredObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly name: string; readonly uid: string }[];
    readonly managedFields?: readonly { readonly manager: string }[];
    readonly [field: string]: unknown;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

type Fields = Record<string, unknown>;
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/**
 * An API server that keeps what it is given, as far as making, reading, merge patches and deleting go: UIDs of its own, 409 for
 * what is there, 404 for kinds without a definition, no status at creation, and who owns the fields.
 */
export class StoringCluster {
  /** By path, in the order in which they were made. */
  readonly objects = new Map<string, StoredObject>();
  /** What was sent to be tried and not stored. */
  readonly dryRuns: unknown[] = [];
  /** METHOD and path of each change, in order. */
  readonly changes: string[] = [];
  /** Asked before each change and dry run; what it returns is answered in its place: "lost" does the change and cuts the connection. */
  interfere: (method: string, path: string) => number | "lost" | undefined = () => undefined;
  /** Whose claim on a field is in conflict with what is applied to a path without force. */
  conflict: (path: string) => { readonly manager: string; readonly field: string } | undefined = () =>
    undefined;
  /** Told of each change afterwards. */
  onChange: (method: string, path: string) => void = () => undefined;
  #server: Server | undefined;
  #port = 0;
  #version = 0;

  static async start(): Promise<StoringCluster> {
    const cluster = new StoringCluster();
    const server = createServer((request, response) => {
      void cluster.#answer(request).then(({ code, body }) => {
        if (code === 0) request.socket.destroy();
        else response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    cluster.#server = server;
    cluster.#port = (server.address() as AddressInfo).port;
    return cluster;
  }

  get kubeconfig(): string {
    const server = `http://127.0.0.1:${this.#port}`;
    return stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "lab",
      contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }],
      clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "lab", user: { token: "token" } }],
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  /** Puts an object there as it is, with a UID unless it has one. */
  put(list: string, object: StoredObject): void {
    const uid = object.metadata.uid ?? randomUUID();
    this.objects.set(`${list}/${object.metadata.name}`, { ...object, metadata: { ...object.metadata, uid } });
  }

  /** Of a list; of one without a namespace those of all namespaces. */
  items(list: string): StoredObject[] {
    return [...this.objects].flatMap(([path, object]) => {
      const own = path.slice(0, path.lastIndexOf("/"));
      return own === list || own.replace(/\/namespaces\/[^/]+(?=\/[^/]+$)/, "") === list ? [object] : [];
    });
  }

  async #answer(request: IncomingMessage): Promise<{ code: number; body?: unknown }> {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://api");
    const method = request.method ?? "GET";
    if (method === "GET") return this.#read(path);
    const sent = method === "DELETE" ? {} : ((await json(request)) as Fields);
    const instead = this.interfere(method, path);
    if (typeof instead === "number") return refusal(instead);
    if (searchParams.get("dryRun") === "All") {
      this.dryRuns.push(sent);
      const found = this.objects.get(path);
      const conflict = searchParams.get("force") === "true" ? undefined : this.conflict(path);
      if (conflict !== undefined) {
        const { manager, field } = conflict;
        return refusal(409, `Apply failed with 1 conflict: conflict with "${manager}": ${field}`);
      }
      return found === undefined
        ? refusal(404)
        : { code: 200, body: merge(found as unknown as Fields, sent) };
    }
    const answer = this.#change(method, path, sent, searchParams.get("fieldManager") ?? "");
    if (answer.code < 300) {
      this.changes.push(`${method} ${path}`);
      this.onChange(method, path);
    }
    return instead === "lost" ? { code: 0 } : answer;
  }

  #read(path: string): { code: number; body?: unknown } {
    const found = this.objects.get(path);
    if (found !== undefined) return { code: 200, body: found };
    return this.#served(path) ? { code: 200, body: { items: this.items(path) } } : refusal(404);
  }

  #change(method: string, path: string, sent: Fields, manager: string): { code: number; body?: unknown } {
    const found = this.objects.get(path);
    if (method === "POST") return this.#make(path, sent as unknown as StoredObject, manager);
    if (found === undefined) return refusal(404);
    if (method === "DELETE") {
      this.objects.delete(path);
      return { code: 200, body: {} };
    }
    const merged = merge(found as unknown as Fields, sent) as unknown as StoredObject;
    this.objects.set(path, merged);
    return { code: 200, body: merged };
  }

  #make(list: string, object: StoredObject, manager: string): { code: number; body?: unknown } {
    if (!this.#served(list)) return refusal(404);
    const path = `${list}/${object.metadata.name}`;
    if (this.objects.has(path)) return refusal(409);
    const { status: _, ...kept } = object;
    this.#version += 1;
    const metadata = { ...object.metadata, uid: randomUUID(), resourceVersion: String(this.#version) };
    const made = { ...kept, metadata: { ...metadata, managedFields: [{ manager }] } };
    this.objects.set(path, made);
    return { code: 201, body: made };
  }

  /** Whether a path is one of a list that this API server has. */
  #served(list: string): boolean {
    const [, plural = ""] = /\/([a-z0-9]+)$/.exec(list) ?? [];
    if (/^\/api\/v1\/(namespaces|namespaces\/[\w-]+\/(secrets|configmaps|pods))$/.test(list)) return true;
    if (list === definitions || list === "/apis/apps/v1/deployments") return true;
    const [, group = ""] = /^\/apis\/([\w.-]+)\//.exec(list) ?? [];
    return this.objects.has(`${definitions}/${plural}.${group}`);
  }
}

function refusal(code: number, message = `refused with ${code}`): { code: number; body: unknown } {
  return { code, body: { kind: "Status", code, message } };
}

/** RFC 7396. */
function merge(target: Fields, patch: Fields): Fields {
  const result: Fields = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    if (value === null) delete result[key];
    else if (typeof value === "object" && !Array.isArray(value)) {
      result[key] = merge(
        typeof before === "object" && before !== null ? (before as Fields) : {},
        value as Fields,
      );
    } else result[key] = value;
  }
  return result;
}
