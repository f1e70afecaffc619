import { PassThrough, type Readable } from "node:stream";
import type { Clock } from "../power/clock.ts";

/** How often a page learns what has changed. */
const LOOK_MS = 1_000;
/** A sign of life at least so often: silent connections are cut by proxies and by the listener itself. */
const SILENCE_MS = 20_000;
/** What a browser may leave untaken before it is cut off. */
const MOST_WAITING_BYTES = 1024 * 1024;

export interface LiveStreamOptions<Viewer> {
  readonly clock: Clock;
  /** Who looks; undefined once the login has ended. */
  readonly viewer: () => Viewer | undefined;
  /** What the page shows now, by the name of the part. A part is sent when it is another one than before. */
  readonly look: (viewer: Viewer) => Readonly<Record<string, unknown>>;
  /** Told once, however it ends. */
  readonly onClose: () => void;
}

/** Server-sent events to one open page: each part of what it shows whenever it changes, until the page goes or its login ends. */
export class LiveStream<Viewer> {
  readonly #options: LiveStreamOptions<Viewer>;
  readonly #out = new PassThrough();
  readonly #sent = new Map<string, string>();
  #lastWrite = 0;
  #cancel = (): void => undefined;

  constructor(options: LiveStreamOptions<Viewer>) {
    this.#options = options;
    this.#out.once("close", () => {
      this.#cancel();
      options.onClose();
    });
    // Pages come again by themselves after so many milliseconds when the connection breaks.
    this.#write("retry: 2000\n\n");
    this.#look();
  }

  /** What the browser reads. */
  get body(): Readable {
    return this.#out;
  }

  close(): void {
    this.#cancel();
    this.#out.end();
    this.#out.destroy();
  }

  #look(): void {
    const { clock, viewer, look } = this.#options;
    const seer = viewer();
    if (this.#out.destroyed || seer === undefined || this.#waiting() > MOST_WAITING_BYTES) {
      this.close();
      return;
    }
    for (const [part, content] of Object.entries(look(seer))) this.#send(part, content);
    if (clock.elapsed() - this.#lastWrite >= SILENCE_MS) this.#write(": still here\n\n");
    this.#cancel = clock.after(LOOK_MS, () => this.#look());
  }

  #send(part: string, content: unknown): void {
    const text = JSON.stringify(content);
    if (text === undefined || this.#sent.get(part) === text) return;
    this.#sent.set(part, text);
    const now = this.#options.clock.now();
    this.#write(`event: ${part}\ndata: {"now":${now},"content":${text}}\n\n`);
  }

  #write(text: string): void {
    this.#lastWrite = this.#options.clock.elapsed();
    this.#out.write(text);
  }

  #waiting(): number {
    return this.#out.writableLength + this.#out.readableLength;
  }
}
