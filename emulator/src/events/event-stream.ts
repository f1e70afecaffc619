import { PassThrough, type Readable } from "node:stream";
import type { Clock } from "../power/clock.ts";
import { eventPayload, type Notice } from "./notice.ts";

/** A sign of life, more often than proxies and the listener's own limit cut silent connections. */
const HEARTBEAT_MS = 30_000;
/** What a client may leave untaken before it is cut off. */
const MOST_WAITING_BYTES = 256 * 1024;

export interface EventStreamOptions {
  readonly clock: Clock;
  /** Whether whoever opened it may still listen. */
  readonly allowed: () => boolean;
  /** Whether this notice is for whoever opened it. */
  readonly wants: (notice: Notice) => boolean;
  /** Told once, however it ends. */
  readonly onClose: () => void;
}

/** Server-sent events (DSP0266, "Server-sent events") to one client, until it goes, loses its login, or takes nothing. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #out = new PassThrough();
  #cancel: () => void;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#cancel = options.clock.after(HEARTBEAT_MS, () => this.#beat());
    this.#out.once("close", () => {
      this.#cancel();
      options.onClose();
    });
    // At once, so that the client has its headers before the first event.
    this.#out.write(": welcome\n\n");
  }

  /** What the client reads. */
  get body(): Readable {
    return this.#out;
  }

  send(notice: Notice): void {
    if (!this.#options.wants(notice) || !this.#usable()) return;
    const id = notice.id === undefined ? "" : `id: ${notice.id}\n`;
    this.#out.write(`${id}data: ${JSON.stringify(eventPayload(notice, undefined))}\n\n`);
  }

  close(): void {
    this.#out.end();
    this.#out.destroy();
  }

  #beat(): void {
    if (!this.#usable()) return;
    this.#out.write(": still here\n\n");
    this.#cancel = this.#options.clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  #usable(): boolean {
    if (this.#out.destroyed) return false;
    if (this.#options.allowed() && this.#out.writableLength + this.#out.readableLength < MOST_WAITING_BYTES) {
      return true;
    }
    this.close();
    return false;
  }
}
