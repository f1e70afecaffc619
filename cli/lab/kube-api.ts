import { existsSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { type Duplex, PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { KubeConfig, PortForward } from "@kubernetes/client-node";
import { z } from "zod";
import { boundedText } from "../../components/http/bounded-text.ts";
import { LabError } from "./lab-error.ts";

/** The API server answered, but not with what was asked for. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** No answer: no way to the API server, no trust in it, no time left, or it says itself that it is not in order (5xx, 429). */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
}

const timeOut = 10_000;
const tries = 2;
const maxMiB = 64;
const listSchema = z.object({ items: z.array(z.unknown()).default([]) });
const statusSchema = z.object({ message: z.string() });

/** Of what is sent, by method. */
const contentTypes = {
  GET: "application/json",
  POST: "application/json",
  PATCH: "application/merge-patch+json",
  DELETE: "application/json",
} as const;

/** By which the API server tells what `lab` wrote from what Pulumi and the controllers own. */
export const fieldManager = "edge-lab-cli";

/** Talks to the API of one cluster: each call with a time-out of 10 s, of a dry run 40 s; what changes nothing has a second try where no answer came. */
export class KubeApi {
  /** URL of the API server. */
  readonly server: string;
  readonly #kubeconfig: KubeConfig;

  private constructor(kubeconfig: KubeConfig, server: string) {
    this.#kubeconfig = kubeconfig;
    this.server = server;
  }

  /**
   * @param context its current one when undefined.
   * @throws LabError when the file or the context is not there.
   */
  static fromFile(path: string, context: string | undefined): KubeApi {
    const fix = "Check edge-lab:infra.kubeconfig and edge-lab:infra.context in the stack file";
    if (!existsSync(path)) throw new LabError(`there is no kubeconfig ${path}`, fix);
    const kubeconfig = new KubeConfig();
    try {
      kubeconfig.loadFromFile(path);
    } catch {
      // The parser's words could quote a key out of it.
      throw new LabError(`${path} is no kubeconfig`, fix);
    }
    return KubeApi.#at(kubeconfig, context, path, fix);
  }

  /** @throws LabError when the text is no kubeconfig. */
  static fromText(text: string, what: string): KubeApi {
    const kubeconfig = new KubeConfig();
    const fix = "Run pulumi up again";
    try {
      kubeconfig.loadFromString(text);
    } catch {
      throw new LabError(`${what} is no kubeconfig`, fix);
    }
    return KubeApi.#at(kubeconfig, undefined, what, fix);
  }

  static #at(kubeconfig: KubeConfig, context: string | undefined, what: string, fix: string): KubeApi {
    if (context !== undefined) kubeconfig.setCurrentContext(context);
    const server = kubeconfig.getCurrentCluster()?.server;
    if (server !== undefined) return new KubeApi(kubeconfig, server);
    const known = kubeconfig.contexts.map(({ name }) => name).join(", ") || "none";
    const wanted = context ?? kubeconfig.getCurrentContext();
    throw new LabError(`${what} has no context ${wanted || "selected"}; it has: ${known}`, fix);
  }

  /**
   * @param path from the server's root, as in /api/v1/namespaces/edge-lab.
   * @throws ApiRefusal, ApiUnreachable.
   */
  get(path: string): Promise<unknown> {
    return this.#twice(() => this.#call("GET", path));
  }

  /** As get, but undefined for what is not there (404). */
  async find(path: string): Promise<unknown> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The items of a list; none where the kind is not known to the server. */
  async list(path: string): Promise<readonly unknown[]> {
    const list = await this.find(path);
    return list === undefined ? [] : listSchema.parse(list).items;
  }

  /**
   * Changes some fields of an object by a JSON merge patch (RFC 7396), under a field manager of its own: what is written as
   * kubectl or without a name Pulumi takes back at its next update.
   * @throws ApiRefusal, ApiUnreachable: then it may have been done all the same.
   */
  async patch(path: string, change: object): Promise<void> {
    await this.#call("PATCH", `${path}?fieldManager=${fieldManager}`, JSON.stringify(change));
  }

  /**
   * Makes an object, under the same field manager, and returns it as it is then.
   * @param path of the list that it comes into.
   * @throws ApiRefusal, with status 409 where it is there already; ApiUnreachable: then it may have been made all the same.
   */
  async create(path: string, object: object): Promise<unknown> {
    return this.#call("POST", `${path}?fieldManager=${fieldManager}`, JSON.stringify(object));
  }

  /**
   * Whether the API server would take what is declared for an object that is there, as Pulumi applies it: server-side, without
   * force unless it is asked for. Nothing is stored.
   * @returns the object as it would be then.
   * @throws ApiRefusal, with status 409 for fields that others own with other values; ApiUnreachable.
   */
  dryApply(path: string, object: object, force = false): Promise<unknown> {
    const asked = `${path}?dryRun=All&fieldManager=pulumi-kubernetes&force=${force}`;
    const type = "application/apply-patch+yaml";
    // Webhooks have 30 s.
    return this.#twice(() => this.#call("PATCH", asked, JSON.stringify(object), { type, limit: 40_000 }));
  }

  /** Deletes an object; done also where there is none. @throws ApiRefusal, ApiUnreachable. */
  async remove(path: string): Promise<void> {
    try {
      await this.#call("DELETE", path);
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
    }
  }

  /**
   * The body of an answer as it comes, for as long as it comes; the first of it within 10 s.
   * @param signal ends it: the body then ends as if it were complete.
   * @throws ApiRefusal, ApiUnreachable.
   */
  async stream(path: string, signal: AbortSignal): Promise<Readable> {
    const url = new URL(`${this.server.replace(/\/+$/, "")}${path}`);
    const options: RequestOptions = { headers: { accept: "*/*" } };
    let response: IncomingMessage;
    try {
      await this.#kubeconfig.applyToHTTPSOptions(options);
      response = await opened(url, options);
    } catch (error) {
      throw new ApiUnreachable(`${this.server}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (response.statusCode !== 200) {
      const status = statusSchema.safeParse(parsed(await text(response)));
      const said = `HTTP ${response.statusCode}${status.success ? `: ${status.data.message}` : ""}`;
      throw new ApiRefusal(response.statusCode ?? 0, `${this.server}${url.pathname}: ${said}`);
    }
    const body = response.pipe(new PassThrough());
    const end = (): void => {
      response.destroy();
      body.end();
    };
    response.on("error", end);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
    return body;
  }

  /**
   * Joins a stream with a port of a pod; the end of one is the end of the other.
   * @throws ApiUnreachable when the API server, or the pod's kubelet behind it, does not make the connection.
   */
  async forward(namespace: string, pod: string, port: number, stream: Duplex): Promise<void> {
    try {
      const made = await new PortForward(this.#kubeconfig).portForward(
        namespace,
        pod,
        [port],
        stream,
        null,
        stream,
      );
      const socket = typeof made === "function" ? made() : made;
      socket?.addEventListener("close", () => stream.end());
      stream.once("close", () => socket?.close());
    } catch (error) {
      // The WebSocket client fails with an event.
      const why = typeof error === "object" && error !== null && "message" in error ? error.message : error;
      throw new ApiUnreachable(`${this.server}: port ${port} of pod ${namespace}/${pod}: ${String(why)}`);
    }
  }

  /** For what changes nothing. */
  async #twice(call: () => Promise<unknown>): Promise<unknown> {
    for (let left = tries - 1; ; left--) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ApiUnreachable) || left === 0) throw error;
        await pause(200 + Math.random() * 300);
      }
    }
  }

  async #call(
    method: keyof typeof contentTypes,
    path: string,
    body?: string,
    { type: contentType = contentTypes[method] as string, limit = timeOut } = {},
  ): Promise<unknown> {
    const url = new URL(`${this.server.replace(/\/+$/, "")}${path}`);
    const signal = AbortSignal.timeout(limit);
    const type = body === undefined ? {} : { "content-type": contentType };
    const options: RequestOptions = { method, signal, headers: { accept: "application/json", ...type } };
    let answer: { status: number; text: string };
    try {
      await this.#kubeconfig.applyToHTTPSOptions(options);
      answer = await exchange(url, options, body);
    } catch (error) {
      const why = error instanceof Error ? error.message || error.name : String(error);
      throw new ApiUnreachable(
        `${this.server}: ${signal.aborted ? `no answer within ${limit / 1000} s` : why}`,
      );
    }
    const content = parsed(answer.text);
    if (answer.status >= 200 && answer.status < 300 && content !== undefined) return content;
    const status = statusSchema.safeParse(content);
    const said = `HTTP ${answer.status}${status.success ? `: ${status.data.message}` : ""}`;
    if (answer.status >= 500 || answer.status === 429) throw new ApiUnreachable(`${this.server}: ${said}`);
    throw new ApiRefusal(answer.status, `${this.server}${path}: ${said}`);
  }
}

function exchange(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const sent = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, (response) => {
      boundedText(response, maxMiB).then((text) => done({ status: response.statusCode ?? 0, text }), fail);
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/** Sends, and waits no longer than a call may take for the head of the answer. */
function opened(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const sent = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options);
    const late = setTimeout(() => sent.destroy(new Error(`no answer within ${timeOut / 1000} s`)), timeOut);
    sent.on("response", (response) => {
      clearTimeout(late);
      done(response);
    });
    sent.on("error", (error) => {
      clearTimeout(late);
      fail(error);
    });
    sent.end();
  });
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
