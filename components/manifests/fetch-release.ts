import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ManifestError } from "./manifest-error.ts";

export interface Release {
  /** Named in errors, e.g. "capm3 v1.13.2". */
  readonly origin: string;
  readonly url: string;
  /** Hex; "" when it is not pinned: then whatever comes over TLS is taken. */
  readonly sha256: string;
  /** Where the file is kept. */
  readonly cacheFile: string;
}

export interface FetchOptions {
  /** Milliseconds for one attempt, body included. */
  readonly timeOut?: number;
  readonly attempts?: number;
  /** Milliseconds before the second attempt; doubled for each further one, with up to half of it as jitter. */
  readonly backOff?: number;
  /** Use the cache alone. */
  readonly offline?: boolean;
}

/** A release manifest is a few hundred kilobytes; this only stops a server that never ends. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The text of a release manifest: from the cache when it is there with the right hash, else downloaded, checked and
 * cached. The hash is checked before anything looks at the content, on every use.
 *
 * @throws ManifestError `unreachable`, `refused` or `hash-mismatch`.
 */
export async function fetchRelease(release: Release, options: FetchOptions = {}): Promise<string> {
  const cached = await readFile(release.cacheFile).catch(() => undefined);
  if (cached && (release.sha256 === "" || sha256(cached) === release.sha256)) return cached.toString("utf8");

  if (options.offline) {
    throw new ManifestError("unreachable", `${release.origin}: not in the cache (${release.cacheFile})`);
  }
  const body = await download(release, options);
  const hash = sha256(body);
  if (release.sha256 !== "" && hash !== release.sha256) {
    const page = /^\s*</.test(body.subarray(0, 64).toString("utf8"))
      ? " The answer looks like a web page."
      : "";
    throw new ManifestError(
      "hash-mismatch",
      `${release.origin}: ${release.url} has sha256 ${hash}, pinned is ${release.sha256}.${page} ` +
        "If the project really published another file, pin it again: npm run versions -- pin",
    );
  }
  await writeAtomically(release.cacheFile, body);
  return body.toString("utf8");
}

async function download(release: Release, options: FetchOptions): Promise<Buffer> {
  const { timeOut = 30_000, attempts = 3, backOff = 500 } = options;
  let last: unknown;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await pause(backOff * 2 ** (attempt - 2) * (1 + Math.random() / 2));
    try {
      return await get(release, timeOut);
    } catch (error) {
      if (error instanceof ManifestError && error.kind === "refused") throw error;
      last = error;
    }
  }
  throw new ManifestError(
    "unreachable",
    `${release.origin}: ${release.url} could not be had in ${attempts} attempts: ${reason(last)}`,
    { cause: last },
  );
}

async function get(release: Release, timeOut: number): Promise<Buffer> {
  const response = await fetch(release.url, { redirect: "follow", signal: AbortSignal.timeout(timeOut) });
  if (!response.ok) {
    await response.body?.cancel();
    const later = response.status === 408 || response.status === 429 || response.status >= 500;
    throw new ManifestError(
      later ? "unreachable" : "refused",
      `${release.origin}: ${release.url} answered HTTP ${response.status} ${response.statusText}`.trimEnd(),
    );
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes)
      throw new ManifestError("refused", `${release.origin}: ${release.url} is over 64 MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A rename is atomic: neither a killed process nor two previews at once leave half a file behind. */
async function writeAtomically(file: string, body: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, body);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

function sha256(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}

/** Node's fetch says only "fetch failed"; why stands in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  return error.cause instanceof Error
    ? `${error.message} (${error.cause.message || error.cause.name})`
    : error.message;
}
