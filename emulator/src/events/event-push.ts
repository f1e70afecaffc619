import { lookup as resolve } from "node:dns";
import { request } from "node:https";
import type { LookupFunction } from "node:net";
import type { Logger } from "pino";
import type { Clock } from "../power/clock.ts";
import type { StoredSubscription } from "../store/subscriptions-table.ts";
import { neverAReceiver } from "./never-a-receiver.ts";
import { eventPayload, type Notice } from "./notice.ts";

/** Notices kept for a destination that does not take them; the oldest go first. */
const MOST_WAITING = 1_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const TIMEOUT_MS = 10_000;

/** Posts one event; resolves when the destination took it. */
export type Deliver = (subscription: StoredSubscription, body: string, signal: AbortSignal) => Promise<void>;

export interface EventPushOptions {
  readonly subscription: StoredSubscription;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Whether a notice is for a user, now. */
  readonly mayHear: (username: string, notice: Notice) => boolean;
  readonly deliver?: Deliver;
}

/**
 * Brings notices to one destination, one after the other and each until it was taken (RetryForeverWithBackoff), with growing
 * pauses in between.
 */
export class EventPush {
  subscription: StoredSubscription;
  readonly #options: EventPushOptions;
  readonly #waiting: Notice[] = [];
  readonly #closed = new AbortController();
  #failures = 0;
  #busy = false;
  #cancelPause: (() => void) | undefined;

  constructor(options: EventPushOptions) {
    this.#options = options;
    this.subscription = options.subscription;
  }

  /** Whether the last try failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  send(notice: Notice): void {
    if (this.#closed.signal.aborted || !this.#wants(notice)) return;
    this.#waiting.push(notice);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.splice(this.#busy ? 1 : 0, 1);
    if (!this.#busy && !this.#cancelPause) void this.#work();
  }

  close(): void {
    this.#closed.abort();
    this.#cancelPause?.();
    this.#waiting.length = 0;
  }

  async #work(): Promise<void> {
    const { deliver = deliverByHttps, logger, clock, random } = this.#options;
    const { id } = this.subscription;
    const { signal } = this.#closed;
    this.#busy = true;
    try {
      for (let [notice] = this.#waiting; notice; [notice] = this.#waiting) {
        // Asked again: it may have waited for long, and its owner may have lost the right meanwhile.
        if (this.#wants(notice)) {
          const body = JSON.stringify(eventPayload(notice, this.subscription.context));
          await deliver(this.subscription, body, signal);
          if (this.#failures > 0) logger.info({ subscription: id }, "events are taken again");
          this.#failures = 0;
        }
        this.#waiting.shift();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (this.#failures === 0) {
        logger.warn(
          { subscription: id },
          `events are not taken: ${error instanceof Error ? error.message : error}`,
        );
      }
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 10));
      this.#failures += 1;
      this.#cancelPause = clock.after(pause * (0.75 + random() / 2), () => {
        this.#cancelPause = undefined;
        void this.#work();
      });
    } finally {
      this.#busy = false;
    }
  }

  #wants(notice: Notice): boolean {
    const { username, messageIds, registryPrefixes } = this.subscription;
    const { MessageId } = notice.record;
    const [prefix = ""] = MessageId.split(".");
    const prefixed = registryPrefixes.length === 0 || registryPrefixes.includes(prefix);
    const named = messageIds.length === 0 || messageIds.includes(MessageId);
    return prefixed && named && this.#options.mayHear(username, notice);
  }
}

/** Resolves a name, but to no address that is none of a receiver's; those written as numbers were refused before. */
const lookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const [first, ...others] = error ? [] : found.filter(({ address }) => !neverAReceiver(address));
    if (!first) callback(error ?? new Error("the destination's name stands for no usable address"), "", 0);
    else if (options.all) callback(null, [first, ...others]);
    else callback(null, first.address, first.family);
  });
};

/** Over TLS only; redirects are not followed and answers are not read. */
function deliverByHttps(subscription: StoredSubscription, body: string, signal: AbortSignal): Promise<void> {
  const { destination, verifyCertificate } = subscription;
  return new Promise((resolve, reject) => {
    const sent = request(
      destination,
      {
        method: "POST",
        agent: false,
        lookup,
        rejectUnauthorized: verifyCertificate,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        headers: {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
          "OData-Version": "4.0",
        },
      },
      (response) => {
        const { statusCode = 0 } = response;
        response.destroy();
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`the destination answered ${statusCode}`));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
