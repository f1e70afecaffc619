import { existsSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { boundedText } from "../http/bounded-text.ts";

/** Why nothing was read: no kubeconfig, no way, no trust, no time left; in words for the person at the keyboard. */
export class ClusterSilent extends Error {
  override readonly name = "ClusterSilent";
}

/** What the API server answered to a GET. */
export interface ClusterAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Parsed JSON; undefined for anything else. */
  readonly body: unknown;
  /**
   * How far the server's clock is ahead of this machine's at least, in milliseconds, negative when it is behind: by its Date header
   * (RFC 9110 section 6.6.1, whole seconds) against the time between question and answer. Undefined without one.
   */
  readonly clockAhead: number | undefined;
}

const timeOut = 10_000;
const tries = 2;
const maxMiB = 64;

/** Reads from the API of the infra cluster, and nothing else. A call has 10 s, and a second try where no answer came. */
export class ClusterReader {
  /** URL of the API server. */
  readonly server: string;
  readonly #kubeconfig: KubeConfig;

  private constructor(kubeconfig: KubeConfig, server: string) {
    this.#kubeconfig = kubeconfig;
    this.server = server;
  }

  /**
   * @param path absolute.
   * @param context its current one when undefined.
   * @throws ClusterSilent when the file or the context is not there.
   */
  static fromFile(path: string, context: string | undefined): ClusterReader {
    if (!existsSync(path)) throw new ClusterSilent(`there is no kubeconfig ${path}`);
    const kubeconfig = new KubeConfig();
    try {
      kubeconfig.loadFromFile(path);
    } catch {
      // The parser's words could quote a key out of it.
      throw new ClusterSilent(`${path} is no kubeconfig`);
    }
    if (context !== undefined) kubeconfig.setCurrentContext(context);
    const server = kubeconfig.getCurrentCluster()?.server;
    if (server !== undefined) return new ClusterReader(kubeconfig, server.replace(/\/+$/, ""));
    const known = kubeconfig.contexts.map(({ name }) => name).join(", ") || "none";
    const wanted = context ?? kubeconfig.getCurrentContext();
    throw new ClusterSilent(`${path} has no context ${wanted || "selected"}; it has: ${known}`);
  }

  /**
   * @param path from the server's root, as in /api/v1/nodes.
   * @throws ClusterSilent.
   */
  async get(path: string): Promise<ClusterAnswer> {
    for (let left = tries - 1; ; left--) {
      try {
        return await this.#get(path);
      } catch (error) {
        if (!(error instanceof ClusterSilent) || left === 0) throw error;
        await pause(200 + Math.random() * 300);
      }
    }
  }

  async #get(path: string): Promise<ClusterAnswer> {
    const url = new URL(`${this.server}${path}`);
    const signal = AbortSignal.timeout(timeOut);
    const options: RequestOptions = { signal, headers: { accept: "application/json" } };
    try {
      await this.#kubeconfig.applyToHTTPSOptions(options);
      // After that, since a login may be made by a program.
      const sent = Date.now();
      return await new Promise<ClusterAnswer>((done, fail) => {
        const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, (response) => {
          const came = Date.now();
          const date = Date.parse(response.headers.date ?? "");
          const clockAhead = Number.isNaN(date) ? undefined : outside(date, sent, came);
          boundedText(response, maxMiB).then(
            (text) => done({ status: response.statusCode ?? 0, body: parsed(text), clockAhead }),
            fail,
          );
        });
        request.on("error", fail);
        request.end();
      });
    } catch (error) {
      const why = error instanceof Error ? error.message || error.name : String(error);
      throw new ClusterSilent(
        `${this.server}: ${signal.aborted ? `no answer within ${timeOut / 1000} s` : why}`,
      );
    }
  }
}

/** However long the call took, a server whose second began or ended while it ran may be right. */
function outside(date: number, sent: number, came: number): number {
  if (date > came) return date - came;
  const end = date + 1_000;
  return end < sent ? end - sent : 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
