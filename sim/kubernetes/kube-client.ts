import { Agent, type RequestOptions, request } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import type { KubeObject } from "./kube-object.ts";
import { kindPath, type ResourceKind } from "./resource-kind.ts";

/** An answer of the API server that is not 2xx; `status` is the HTTP status (404 absent, 409 conflict). */
export class KubeError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "KubeError";
    this.status = status;
  }
}

/**
 * Typed requests to one API server, by the paths of the Kubernetes API conventions: what the generated client lacks
 * is `status` of custom resources and server-side apply in one place.
 */
export class KubeClient {
  readonly config: KubeConfig;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: URL;

  /** @throws Error when the file is not a kubeconfig with a current context. */
  constructor(kubeconfigFile: string) {
    this.config = new KubeConfig();
    this.config.loadFromFile(kubeconfigFile);
    const server = this.config.getCurrentCluster()?.server;
    if (!server) throw new Error(`${kubeconfigFile}: no cluster for the current context`);
    this.#server = new URL(server);
  }

  /** The object, or undefined when there is none (or when its kind is not known to the server yet). */
  async get<T extends KubeObject>(
    kind: ResourceKind,
    name: string,
    namespace?: string,
  ): Promise<T | undefined> {
    try {
      return await this.#json<T>("GET", kindPath(kind, namespace, name));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** All objects of a kind, of one namespace or of all. */
  async list<T extends KubeObject>(kind: ResourceKind, namespace?: string): Promise<T[]> {
    const list = await this.#json<{ items: T[] }>("GET", kindPath(kind, namespace));
    // Items of a list carry no type of their own.
    return list.items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  /** As `list`, but of each object only its metadata: definitions are big. */
  async listMetadata(kind: ResourceKind): Promise<KubeObject[]> {
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const text = await this.#text("GET", kindPath(kind), undefined, "json", accept);
    return (JSON.parse(text) as { items: KubeObject[] | null }).items ?? [];
  }

  /** Server-side apply: creates the object, or makes the fields given in it what they are here. */
  apply<T extends KubeObject>(kind: ResourceKind, object: T, manager: string): Promise<T> {
    const { name, namespace } = object.metadata;
    const path = `${kindPath(kind, namespace, name)}?fieldManager=${encodeURIComponent(manager)}&force=true`;
    return this.#json<T>(
      "PATCH",
      path,
      { apiVersion: kind.apiVersion, kind: kind.kind, ...object },
      "apply-patch+yaml",
    );
  }

  create<T extends KubeObject>(kind: ResourceKind, object: T): Promise<T> {
    const path = kindPath(kind, object.metadata.namespace);
    return this.#json<T>("POST", path, { apiVersion: kind.apiVersion, kind: kind.kind, ...object });
  }

  /** JSON merge patch (RFC 7386) of the object, or of its status only. */
  merge<T extends KubeObject>(
    kind: ResourceKind,
    object: KubeObject,
    patch: unknown,
    part?: "status",
  ): Promise<T> {
    const { name, namespace } = object.metadata;
    const path = kindPath(kind, namespace, name) + (part ? `/${part}` : "");
    return this.#json<T>("PATCH", path, patch, "merge-patch+json");
  }

  /** Deletes the object in the background; nothing happens when it is gone already. */
  async delete(kind: ResourceKind, name: string, namespace?: string): Promise<void> {
    try {
      await this.#json("DELETE", `${kindPath(kind, namespace, name)}?propagationPolicy=Background`);
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    }
  }

  /**
   * Takes exactly this object away at once, as a kubelet does when a pod's processes have ended; nothing happens when
   * it is gone already or another one has its name.
   */
  async deleteNow(kind: ResourceKind, object: KubeObject): Promise<void> {
    const { name, namespace, uid } = object.metadata;
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    try {
      await this.#json("DELETE", kindPath(kind, namespace, name), body);
    } catch (error) {
      if (!(error instanceof KubeError && (error.status === 404 || error.status === 409))) throw error;
    }
  }

  /** Creates what an object has below it, such as a `token` of a ServiceAccount. */
  createBelow<T>(
    kind: ResourceKind,
    name: string,
    namespace: string,
    below: string,
    body: unknown,
  ): Promise<T> {
    return this.#json<T>("POST", `${kindPath(kind, namespace, name)}/${below}`, body);
  }

  /** Whether the API server says that it is ready to serve. */
  async ready(): Promise<boolean> {
    return (await this.#text("GET", "/readyz")) === "ok";
  }

  close(): void {
    this.#agent.destroy();
  }

  async #json<T>(method: string, path: string, body?: unknown, format = "json"): Promise<T> {
    return JSON.parse(await this.#text(method, path, body, format)) as T;
  }

  async #text(
    method: string,
    path: string,
    body?: unknown,
    format = "json",
    accept = "application/json",
  ): Promise<string> {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body), "utf8");
    const options: RequestOptions = {
      method,
      host: this.#server.hostname,
      port: this.#server.port,
      path,
      agent: this.#agent,
      timeout: 15_000,
      headers: {
        accept,
        "content-type": `application/${format}`,
        // Node gives a DELETE no length by itself, and what follows on the connection would be taken for its body.
        ...(content ? { "content-length": content.length } : {}),
      },
    };
    await this.config.applyToHTTPSOptions(options);
    options.agent = this.#agent;
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(text);
          else reject(new KubeError(status, `${method} ${path}: ${status} ${messageOf(text)}`));
        });
      });
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in 15 s`)));
      sent.end(content);
    });
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
