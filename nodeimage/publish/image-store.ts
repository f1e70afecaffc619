import { request } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

/** Where a writer is, and how it and we know each other. */
export interface StoreAddress {
  /** https://HOST:PORT */
  readonly url: string;
  /** PEM of the only certificate to trust. */
  readonly certificate: string;
  readonly token: string;
  /** Milliseconds without a byte in either direction; 120000 if left out. */
  readonly timeOut?: number;
}

/** The writer's refusal: an answer, not a broken connection. */
export class StoreRefusal extends Error {
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "StoreRefusal";
    this.status = status;
  }
}

const stored = z.object({ name: z.string(), size: z.number(), modified: z.string() });
const listing = z.object({ published: z.array(stored), partial: z.array(stored), free: z.number() });
const state = z.discriminatedUnion("state", [
  z.object({ state: z.literal("published"), size: z.number(), sha256: z.string() }),
  z.object({ state: z.literal("partial"), offset: z.number() }),
  z.object({ state: z.literal("absent") }),
]);

export type StoreListing = z.output<typeof listing>;
export type ImageState = z.output<typeof state>;

/** Client of the image writer (image-writer.mts). Its methods throw StoreRefusal, or the error of the connection. */
export class ImageStore {
  readonly #address: StoreAddress;

  constructor(address: StoreAddress) {
    this.#address = address;
  }

  async list(): Promise<StoreListing> {
    return listing.parse(await this.#ask("GET", "/images"));
  }

  async state(name: string): Promise<ImageState> {
    return state.parse(await this.#ask("GET", `/images/${name}`));
  }

  /** Appends a piece that begins at `offset`. The writer keeps what has arrived even when this throws. */
  async append(name: string, piece: Readable, offset: number, total: number): Promise<void> {
    await this.#ask("PATCH", `/images/${name}?offset=${offset}&size=${total}`, piece);
  }

  async publish(name: string, body: { sha256: string; size: number; record: object }): Promise<void> {
    await this.#ask("POST", `/images/${name}`, Readable.from([JSON.stringify(body)]));
  }

  async remove(name: string): Promise<void> {
    await this.#ask("DELETE", `/images/${name}`);
  }

  async #ask(method: string, path: string, body?: Readable): Promise<unknown> {
    const { url, certificate, token, timeOut = 120_000 } = this.#address;
    const sent = request(`${url}${path}`, {
      method,
      ca: certificate,
      agent: false,
      timeout: timeOut,
      headers: { authorization: `Bearer ${token}` },
    });
    sent.on("timeout", () =>
      sent.destroy(new Error(`${url} has said nothing for ${timeOut / 1000} seconds`)),
    );
    let answered = false;
    const answer = new Promise<{ status: number; text: string }>((done, fail) => {
      sent.on("error", fail);
      sent.on("response", (response) => {
        answered = true;
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
          if (text.length > 4 * 1024 * 1024) response.destroy(new Error("the answer is larger than 4 MiB"));
        });
        response.on("error", fail);
        response.on("end", () => done({ status: response.statusCode ?? 0, text }));
      });
    });
    if (body === undefined) sent.end();
    else {
      pipeline(body, sent).catch((error: unknown) => {
        if (!answered) sent.destroy(error instanceof Error ? error : undefined);
      });
    }
    const { status, text } = await answer;
    const value: unknown = JSON.parse(text);
    if (status < 300) return value;
    const error = z.object({ error: z.string() }).safeParse(value);
    throw new StoreRefusal(status, error.success ? error.data.error : `HTTP status ${status}`);
  }
}
