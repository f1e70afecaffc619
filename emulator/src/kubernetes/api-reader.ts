import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { z } from "zod";
import { KubernetesError } from "./kubernetes-error.ts";

/** By what a pod reaches the API of its cluster. */
export interface ClusterAccess {
  /** https://HOST:PORT */
  readonly server: string;
  /** Folder with `token` and `ca.crt`, which the kubelet renews: read again with each request. */
  readonly folder: string;
}

/** A change that a watch tells. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: unknown;
}

const ANSWER_MS = 10_000;
/** How long a watch is asked for; it is then asked for anew, so that a way that went silent is noticed. */
const WATCH_SECONDS = 60;
const WATCH_GRACE_MS = 15_000;
/** Objects of one answer: a long list in one piece would hold up other requests while it is parsed. */
const PAGE = 250;
const MOST_BYTES = 32 * 1024 * 1024;

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().default("") }),
  items: z.array(z.unknown()),
});
const eventSchema = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.unknown(),
});
const statusSchema = z.object({ code: z.number().optional(), message: z.string().default("") });

/** Reads from a Kubernetes API with the credentials of a ServiceAccount, and can do nothing else. Each call has its time-out. */
export class ApiReader {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /**
   * All objects of a collection, and the version from which a watch goes on.
   * @throws KubernetesError
   */
  async list(
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly unknown[]; readonly version: string }> {
    const items: unknown[] = [];
    for (let token = ""; ; ) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(token !== "" && { continue: token }) });
      const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const answer = await this.#ask(`${path}?${query}`, limited);
      const list = listSchema.safeParse(parsed(await this.#text(answer, limited)));
      if (!list.success) throw new KubernetesError("unreachable", `${this.#access.server} sent no list`);
      items.push(...list.data.items);
      token = list.data.metadata.continue;
      if (token === "") return { items, version: list.data.metadata.resourceVersion };
    }
  }

  /**
   * Tells the changes of a collection since a version, until the server ends that, which it is asked to do after a minute.
   * @throws KubernetesError
   */
  async watch(
    path: string,
    version: string,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = new URLSearchParams({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: version,
      timeoutSeconds: String(WATCH_SECONDS),
    });
    const ends = AbortSignal.any([signal, AbortSignal.timeout(WATCH_SECONDS * 1_000 + WATCH_GRACE_MS)]);
    const answer = await this.#ask(`${path}?${query}`, ends);
    let rest = "";
    try {
      for await (const chunk of answer.setEncoding("utf8")) {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        if (rest.length > MOST_BYTES)
          throw new KubernetesError("unreachable", "an object is larger than 32 MiB");
        for (const line of lines) if (line.trim() !== "") onEvent(eventOf(line));
      }
      // What ends in order ends with a line.
      if (rest.trim() !== "") throw new KubernetesError("unreachable", "a watch ended within an event");
    } catch (error) {
      throw this.#failure(error, ends);
    }
  }

  async #ask(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { server, folder } = this.#access;
    const [token, ca] = await Promise.all([read(join(folder, "token")), read(join(folder, "ca.crt"))]);
    const headers = { accept: "application/json", authorization: `Bearer ${token.trim()}` };
    // A time-out of its own for the head: a watch's signal lets it go on for much longer.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    const either = AbortSignal.any([signal, late.signal]);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request(new URL(path, server), { headers, ca, agent: false, signal: either }, resolve);
        sent.on("error", reject);
        sent.end();
      });
      if (answer.statusCode === 200) return answer;
      throw refusal(answer.statusCode ?? 0, await this.#text(answer, either), path);
    } catch (error) {
      throw this.#failure(error, either);
    } finally {
      clearTimeout(timer);
    }
  }

  async #text(answer: IncomingMessage, signal: AbortSignal): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MOST_BYTES) throw new KubernetesError("unreachable", "the answer is larger than 32 MiB");
        chunks.push(chunk);
      }
    } catch (error) {
      throw this.#failure(error, signal);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  #failure(error: unknown, signal: AbortSignal): KubernetesError {
    if (error instanceof KubernetesError) return error;
    const why = signal.aborted ? "no answer in time" : error instanceof Error ? error.message : String(error);
    return new KubernetesError("unreachable", `${this.#access.server}: ${why}`);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new KubernetesError("unusable", `${path} cannot be read (${code})`);
  }
}

function refusal(status: number, body: string, path: string): KubernetesError {
  const said = statusSchema.safeParse(parsed(body));
  const text = said.success && said.data.message !== "" ? `: ${said.data.message}` : "";
  const kind =
    status === 401 || status === 403
      ? "refused"
      : status === 404
        ? "unknown"
        : status === 410
          ? "outdated"
          : "unreachable";
  return new KubernetesError(kind, `GET ${path.replace(/\?.*$/, "")} was answered by ${status}${text}`);
}

function eventOf(line: string): WatchEvent {
  const event = eventSchema.safeParse(parsed(line));
  if (!event.success) throw new KubernetesError("unreachable", "a watch told what is no event");
  const { type, object } = event.data;
  if (type !== "ERROR") return { type, object };
  const { code, message } = statusSchema.parse(object ?? {});
  throw new KubernetesError(code === 410 ? "outdated" : "unreachable", `a watch ended: ${message}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
