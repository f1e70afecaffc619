import { type RequestOptions, request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import type { ApiRecord } from "./flight-record.ts";

const EVERY_MS = 500;
const ANSWER_MS = 2_000;

/**
 * Asks a workload cluster's API each half second whether it is ready, through its endpoint and each time over a new
 * connection, as a client does that has just been started.
 */
export class ApiProbe {
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  /** @param tell gets a record for each question; the filter behind it keeps the changes. */
  constructor(cluster: string, kubeconfig: string, tell: (record: ApiRecord) => void) {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const record = (answers: ApiRecord["answers"], at: number, detail = ""): void =>
      tell({ kind: "api", at, cluster, answers, detail });
    this.#done = (async () => {
      const { signal } = this.#end;
      while (!signal.aborted) {
        // An unanswered question counts from when it was asked, an answer from when it came.
        const asked = Date.now();
        await ready(config).then(
          () => record("yes", Date.now()),
          (error: unknown) => record("no", asked, error instanceof Error ? error.message : String(error)),
        );
        const rest = EVERY_MS - (Date.now() - asked);
        if (rest > 0) await pause(rest, undefined, { signal }).catch(() => undefined);
      }
      record("not asked", Date.now());
    })();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }
}

async function ready(config: KubeConfig): Promise<void> {
  const url = new URL("/readyz", config.getCurrentCluster()?.server);
  const options: RequestOptions = { signal: AbortSignal.timeout(ANSWER_MS) };
  await config.applyToHTTPSOptions(options);
  const status = await new Promise<number>((resolve, reject) => {
    const sent = request(url, { ...options, agent: false }, (response) => {
      response.resume();
      response.on("error", reject);
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
  if (status !== 200) throw new Error(`HTTP ${status}`);
}
