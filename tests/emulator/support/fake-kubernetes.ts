import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterAccess } from "../../../emulator/src/kubernetes/api-reader.ts";
import { testCertificate } from "./certificate.ts";

interface KubernetesObject {
  readonly metadata: { readonly name: string };
}

const PATHS = {
  hosts: "/apis/metal3.io/v1alpha1/namespaces/clusters/baremetalhosts",
  machines: "/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/machines",
  clusters: "/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/clusters",
} as const;
type Collection = keyof typeof PATHS;

/**
 * A small Kubernetes API over TLS: lists in pages, watches, bookmarks, refusals. Written from the API's own description
 * (kubernetes.io, "Kubernetes API Concepts"), not from what the emulator makes of it.
 */
export class FakeKubernetes {
  readonly access: ClusterAccess;
  /** Method, path and query of everything that was asked. */
  readonly asked: string[] = [];
  /** The token that is accepted. */
  token = "token-marker-1";
  /** "silent": takes requests and never answers. "broken": answers what is no answer of an API. */
  mood: "well" | "silent" | "broken" = "well";
  /** Kinds that the API does not know. */
  readonly missing = new Set<Collection>();
  readonly #server: Server;
  readonly #objects = new Map<string, Map<string, object>>();
  readonly #watchers = new Map<ServerResponse, string>();
  #version = 1;
  /** Changes before it are forgotten. */
  #oldest = 0;

  private constructor(server: Server, access: ClusterAccess) {
    this.#server = server;
    this.access = access;
    for (const path of Object.values(PATHS)) this.#objects.set(path, new Map());
    server.on("request", (request, response) => this.#answer(request, response));
  }

  static async start(): Promise<FakeKubernetes> {
    const { cert, key } = await testCertificate("02", "127.0.0.1", "kubernetes");
    const server = createServer({ cert, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), "edge-lab-kubernetes-"));
    const fake = new FakeKubernetes(server, { server: `https://127.0.0.1:${port}`, folder });
    await writeFile(join(folder, "ca.crt"), cert);
    await fake.writeToken(fake.token);
    return fake;
  }

  /** What the emulator finds as its token from now on. */
  writeToken(token: string): Promise<void> {
    return writeFile(join(this.access.folder, "token"), `${token}\n`);
  }

  /** Creates or changes an object. */
  put(collection: Collection, object: KubernetesObject): void {
    const objects = this.#objects.get(PATHS[collection]);
    const { name } = object.metadata;
    const type = objects?.has(name) ? "MODIFIED" : "ADDED";
    this.#version += 1;
    const whole = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    objects?.set(name, whole);
    this.#tell(PATHS[collection], { type, object: whole });
  }

  remove(collection: Collection, name: string): void {
    const objects = this.#objects.get(PATHS[collection]);
    const object = objects?.get(name) as KubernetesObject | undefined;
    if (!object || !objects?.delete(name)) return;
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.#tell(PATHS[collection], { type: "DELETED", object: { ...object, metadata } });
  }

  /** Ends every watch, as a server does at the end of its time. */
  endWatches(): void {
    for (const response of this.#watchers.keys()) response.end();
    this.#watchers.clear();
  }

  /** Forgets what has changed so far: who watches from there is told to list anew. */
  forgetChanges(): void {
    this.#version += 1;
    this.#oldest = this.#version;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await rm(this.access.folder, { recursive: true, force: true });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? "/", this.access.server);
    const collection = (Object.keys(PATHS) as Collection[]).find((key) => PATHS[key] === url.pathname);
    if (this.mood === "silent") return;
    if (this.mood === "broken") response.writeHead(200).end("<html>not an API</html>");
    else if (request.headers.authorization !== `Bearer ${this.token}`) refuse(response, 401, "Unauthorized");
    else if (!collection) refuse(response, 403, `cannot get ${url.pathname}`);
    else if (this.missing.has(collection)) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("404 page not found\n");
    } else if (url.searchParams.get("watch") === "1") this.#watch(url, response);
    else this.#list(url, response);
  }

  #list(url: URL, response: ServerResponse): void {
    const all = [...(this.#objects.get(url.pathname)?.values() ?? [])];
    const from = Number(url.searchParams.get("continue") ?? 0);
    const until = from + Number(url.searchParams.get("limit") ?? all.length);
    const more = until < all.length ? { continue: String(until) } : {};
    const metadata = { resourceVersion: String(this.#version), ...more };
    response.writeHead(200).end(JSON.stringify({ metadata, items: all.slice(from, until) }));
  }

  #watch(url: URL, response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.flushHeaders();
    if (Number(url.searchParams.get("resourceVersion")) < this.#oldest) {
      const object = { kind: "Status", code: 410, message: "too old resource version" };
      response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return;
    }
    this.#watchers.set(response, url.pathname);
    response.on("close", () => this.#watchers.delete(response));
    const object = { metadata: { resourceVersion: String(this.#version) } };
    response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  #tell(path: string, event: object): void {
    const line = `${JSON.stringify(event)}\n`;
    const half = line.length >> 1;
    for (const [response, watched] of this.#watchers) {
      if (watched !== path) continue;
      // In two pieces: nothing says that a line comes in one.
      response.write(line.slice(0, half));
      response.write(line.slice(half));
    }
  }
}

function refuse(response: ServerResponse, code: number, message: string): void {
  response.writeHead(code).end(JSON.stringify({ kind: "Status", code, message }));
}
