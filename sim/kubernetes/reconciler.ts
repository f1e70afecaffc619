import { setTimeout as sleep } from "node:timers/promises";
import { Watch } from "@kubernetes/client-node";
import type { KubeClient } from "./kube-client.ts";
import { kindPath, type ResourceKind } from "./resource-kind.ts";

export interface ReconcilerOptions {
  readonly name: string;
  readonly client: KubeClient;
  /** A change of any object of these kinds leads to a reconciliation. */
  readonly kinds: readonly ResourceKind[];
  /**
   * Looks at the whole state and does what is missing. Never runs twice at a time.
   * @param changed false when only time has passed since a look that went well.
   */
  readonly reconcile: (changed: boolean) => Promise<void>;
  /** Milliseconds after which it runs though nothing changed: for time itself, and for what a watch may miss. */
  readonly resyncMs?: number;
  readonly log: (line: string) => void;
}

const RETRY_MS = 1_000;
/** Events come in bursts; one look at the state serves all of them. */
const SETTLE_MS = 30;

/**
 * A level-triggered controller: watches tell when to look, never what happened, so a missed event, a restarted API
 * server or a restart of ourselves costs at most one resync. A kind that the server does not know yet (its definition
 * is created later) is asked for again until it does.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #requests = new Map<ResourceKind, AbortController>();
  #wanted = true;
  #stopped = false;
  #wake: () => void = () => {};
  #lastError = "";

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    for (const kind of this.#options.kinds) void this.#follow(kind);
    while (!this.#stopped) {
      if (!this.#wanted) await this.#sleepUntilWanted();
      if (this.#stopped) break;
      const changed = this.#wanted;
      this.#wanted = false;
      try {
        await this.#options.reconcile(changed);
        this.#lastError = "";
      } catch (error) {
        this.#report(error);
        this.#wanted = true;
        await sleep(RETRY_MS);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const request of this.#requests.values()) request.abort();
    this.#wake();
  }

  /** Asks for a look at the state, soon. */
  trigger(): void {
    this.#wanted = true;
    setTimeout(() => this.#wake(), SETTLE_MS);
  }

  #sleepUntilWanted(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.resyncMs ?? 10_000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Without a version to start from, a watch begins with everything there is: the look after a gap comes by itself. */
  async #follow(kind: ResourceKind): Promise<void> {
    const watch = new Watch(this.#options.client.config);
    while (!this.#stopped) {
      await new Promise<void>((done) => {
        watch
          .watch(
            kindPath(kind),
            {},
            () => this.trigger(),
            () => done(),
          )
          .then(
            (request) => this.#requests.set(kind, request),
            () => done(),
          );
      });
      if (!this.#stopped) await sleep(RETRY_MS);
    }
  }

  /** The same error again and again (an API server that is down) is worth one line. */
  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.#lastError) this.#options.log(`${this.#options.name}: ${message}`);
    this.#lastError = message;
  }
}
