import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ToolError } from "./tool-error.ts";

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
  /** First pause between attempts; doubles, with jitter of half its length. */
  readonly pauseMilliseconds?: number;
  /** The transfer is given up when nothing arrives for this long. */
  readonly stallMilliseconds?: number;
  /** Bytes so far, and of how many (undefined when the server does not say). */
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
}

/**
 * Downloads a public file to `target`, which should lie in a scratch folder: the caller verifies the returned hash
 * before it renames the file to its final name.
 *
 * Broken transfers and answers 408, 429 and 5xx are tried again with growing pauses; other answers are final.
 * @returns the hex sha256 of what was received.
 * @throws ToolError http, no-network, interrupted.
 */
export async function download(url: string, target: string, options: DownloadOptions = {}): Promise<string> {
  const attempts = options.attempts ?? 4;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transfer(url, target, options);
    } catch (error) {
      const failure = classify(url, error, options.signal);
      if (!failure.retryable || attempt >= attempts) throw failure;
      const pause = (options.pauseMilliseconds ?? 1_000) * 2 ** (attempt - 1);
      await delay(pause * (0.75 + Math.random() / 2), undefined, { signal: options.signal }).catch(() => {
        throw classify(url, error, options.signal);
      });
    }
  }
}

async function transfer(url: string, target: string, options: DownloadOptions): Promise<string> {
  const stallMilliseconds = options.stallMilliseconds ?? 30_000;
  const stalled = new AbortController();
  const stall = () =>
    stalled.abort(new DOMException(`nothing received for ${stallMilliseconds} ms`, "TimeoutError"));
  const timer = setTimeout(stall, stallMilliseconds);
  const signals = options.signal === undefined ? [stalled.signal] : [stalled.signal, options.signal];
  const signal = AbortSignal.any(signals);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw httpFailure(url, response.status);
    }
    const total = Number(response.headers.get("content-length")) || undefined;
    const hash = createHash("sha256");
    let received = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer.refresh();
        hash.update(chunk);
        received += chunk.length;
        options.onProgress?.(received, total);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(target), { signal });
    return hash.digest("hex");
  } finally {
    clearTimeout(timer);
  }
}

function httpFailure(url: string, status: number): ToolError {
  const retryable = status === 408 || status === 429 || status >= 500;
  return new ToolError(
    "http",
    `${url} answered ${status}`,
    status === 404
      ? "The version may not be released for this platform; see components/versions.ts."
      : "Try again later.",
    { retryable },
  );
}

function classify(url: string, error: unknown, signal: AbortSignal | undefined): ToolError {
  if (signal?.aborted === true) {
    return new ToolError(
      "interrupted",
      `the download of ${url} was interrupted`,
      "Run again to download it.",
    );
  }
  if (error instanceof ToolError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOSPC") {
    return new ToolError(
      "disk-full",
      `no space left while downloading ${url}`,
      "Free some disk space, then run again.",
    );
  }
  return new ToolError(
    "no-network",
    `${url} could not be downloaded: ${message}`,
    "Check the network; behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.",
    { cause: error, retryable: true },
  );
}
