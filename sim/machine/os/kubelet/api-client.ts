import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { parse } from "yaml";

/** An answer of the API server that is not 2xx; 404 absent, 409 conflict or already there. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { name: string; cluster: KubeconfigCluster }[];
  readonly users?: readonly { name: string; user: KubeconfigUser }[];
}

export interface KubeconfigCluster {
  readonly server: string;
  readonly "certificate-authority-data"?: string;
  readonly "certificate-authority"?: string;
}

interface KubeconfigUser {
  readonly "client-certificate-data"?: string;
  readonly "client-key-data"?: string;
  readonly "client-certificate"?: string;
  readonly "client-key"?: string;
  readonly token?: string;
}

export interface ApiClientOptions {
  /** Another server than the kubeconfig's, for example https://127.0.0.1:6443. */
  readonly server?: string;
  /** The name to check in the server's certificate, where it is not the one in its URL. */
  readonly serverName?: string;
  /** For one request with its answer; 5 s when absent. */
  readonly timeoutMs?: number;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type PatchType = "merge-patch" | "strategic-merge-patch";

/**
 * Requests to an API server as one kubeconfig allows, by path: what the stand-ins on a machine need, with time-outs
 * short enough to notice that a server has been switched off.
 */
export class ApiClient {
  readonly cluster: KubeconfigCluster;
  readonly #agent: Agent;
  readonly #server: URL;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;

  /** @throws Error when the file is not a kubeconfig with a current context, or names files that are not there. */
  constructor(kubeconfigFile: string, options: ApiClientOptions = {}) {
    const config = (parse(readFileSync(kubeconfigFile, "utf8")) ?? {}) as Kubeconfig;
    const context = config.contexts?.find((entry) => entry.name === config["current-context"])?.context;
    const cluster = config.clusters?.find((entry) => entry.name === context?.cluster)?.cluster;
    const user = config.users?.find((entry) => entry.name === context?.user)?.user;
    if (!cluster || !user) throw new Error(`${kubeconfigFile}: no cluster and user for the current context`);
    this.cluster = cluster;
    this.#server = new URL(options.server ?? cluster.server);
    this.#token = user.token;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#agent = new Agent({
      keepAlive: true,
      ca: pem(cluster["certificate-authority-data"], cluster["certificate-authority"]),
      cert: pem(user["client-certificate-data"], user["client-certificate"]),
      key: pem(user["client-key-data"], user["client-key"]),
      ...(options.serverName === undefined ? {} : { servername: options.serverName }),
    });
  }

  /** The object at a path, or undefined when there is none. */
  async get<T>(path: string): Promise<T | undefined> {
    try {
      return await this.#send<T>("GET", path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  create<T>(path: string, object: unknown): Promise<T> {
    return this.#send<T>("POST", path, object);
  }

  replace<T>(path: string, object: unknown): Promise<T> {
    return this.#send<T>("PUT", path, object);
  }

  patch<T>(path: string, patch: unknown, type: PatchType = "strategic-merge-patch"): Promise<T> {
    return this.#send<T>("PATCH", path, patch, `${type}+json`);
  }

  /** Nothing happens when it is gone already. */
  async delete(path: string, options?: unknown): Promise<void> {
    try {
      await this.#send("DELETE", path, options);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send<T>(method: Method, path: string, body?: unknown, format = "json"): Promise<T> {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          method,
          host: this.#server.hostname,
          port: this.#server.port || 443,
          path,
          agent: this.#agent,
          headers: {
            accept: "application/json",
            // Node gives a DELETE no length by itself, and its body would be read as the next request.
            ...(content && { "content-type": `application/${format}`, "content-length": content.length }),
            ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          },
          signal: AbortSignal.timeout(this.#timeoutMs),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(JSON.parse(text) as T);
            else reject(new ApiError(status, `${method} ${path}: ${status} ${messageOf(text)}`));
          });
        },
      );
      sent.on("error", (error) => {
        const late = error.name === "TimeoutError" || error.name === "AbortError";
        reject(
          new Error(`${method} ${path}: ${late ? `no answer in ${this.#timeoutMs} ms` : error.message}`),
        );
      });
      sent.end(content);
    });
  }
}

function pem(data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data !== undefined) return Buffer.from(data, "base64");
  return file === undefined ? undefined : readFileSync(file);
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
