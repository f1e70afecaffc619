import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { PublicFile, ToolName } from "../../components/versions.ts";
import { download } from "../download.ts";
import { withProcessLock } from "../process-lock.ts";
import type { Resolution, ResolvedTool } from "../resolution.ts";
import { ToolError } from "../tool-error.ts";

const extractTimeout = 300_000;

/** How to pin, said wherever an empty hash stops something. */
const howToPin = "run `npm run versions -- pin` where the internet is";

/**
 * Says why a tool cannot be downloaded, or gives its file. Asks its host whether it answers, nothing else.
 *
 * A file without a hash is refused unless that is allowed explicitly: what is run here must be what was pinned.
 */
export async function downloadable(
  name: ToolName,
  resolution: Resolution,
): Promise<{ readonly file: PublicFile } | { readonly refused: ToolError }> {
  const record = resolution.records[name];
  const file = record.files[resolution.platform];
  const what = `${name} ${record.version}`;
  if (file === undefined) {
    const platforms =
      Object.keys(record.files).join(", ") || "no platform: its project publishes only images";
    return {
      refused: new ToolError(
        "unsupported-platform",
        `${what} has no download for ${resolution.platform}`,
        `There are downloads for ${platforms}. Put the tool on PATH or let it be built.`,
      ),
    };
  }
  if (file.sha256 === "" && !resolution.allowUnpinned) {
    return {
      refused: new ToolError(
        "unpinned",
        `${what} is not pinned (no sha256)`,
        `No hash for ${file.key}. To pin it, ${howToPin}; to take it unverified, pass --allow-unpinned (EDGE_LAB_ALLOW_UNPINNED=1).`,
      ),
    };
  }
  const unreachable = await resolution.reachability.check(file.url);
  if (unreachable === undefined) return { file };
  return {
    refused: new ToolError(
      "no-network",
      `${what}: ${unreachable}`,
      "Check the network; behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.",
    ),
  };
}

/** @returns the tool when this very file was downloaded before. */
export function fromDownloadCache(name: ToolName, resolution: Resolution): ResolvedTool | undefined {
  const record = resolution.records[name];
  const file = record.files[resolution.platform];
  if (file === undefined || (file.sha256 === "" && !resolution.allowUnpinned)) return undefined;
  const origin = resolution.binaries.find(name, record.version, { source: "download", key: cacheKey(file) });
  return origin && resolved(name, resolution, origin.note);
}

const cacheKey = (file: PublicFile): string => `${file.url} ${file.sha256}`;

function resolved(name: ToolName, resolution: Resolution, note: string): ResolvedTool {
  const { version } = resolution.records[name];
  return { name, version, path: resolution.binaries.path(name, version), source: "download", note };
}

/**
 * Downloads one public file and takes the named tools out of it (several when they come in one archive). Nothing
 * becomes visible before its sha256 is right.
 * @throws ToolError checksum, http, no-network, disk-full, interrupted.
 */
export async function fromDownload(
  file: PublicFile,
  names: readonly ToolName[],
  resolution: Resolution,
  onProgress: (line: string) => void,
): Promise<ResolvedTool[]> {
  const cached = () => names.flatMap((name) => fromDownloadCache(name, resolution) ?? []);
  const lock = resolution.cache.lock(file.key.replaceAll("/", "-"));
  const { signal } = resolution;
  return withProcessLock(lock, { what: `downloading ${file.key}`, signal, onWait: onProgress }, async () => {
    if (cached().length === names.length) return cached();
    const scratch = resolution.cache.scratch();
    try {
      const target = join(scratch, "file");
      const actual = await download(file.url, target, {
        signal,
        onProgress: (received, total) => onProgress(progressLine(received, total)),
      });
      if (file.sha256 !== "" && actual !== file.sha256) {
        throw new ToolError(
          "checksum",
          `${file.url} is not the file that is pinned: sha256 is ${actual}, components/versions.ts says ${file.sha256}`,
          "It was not kept. Either the transfer was tampered with or the release was replaced; EDGE_LAB_TOOLS=build builds from pinned sources instead.",
        );
      }
      const note = file.sha256 === "" ? `NOT verified, sha256 ${actual}` : "downloaded, sha256 verified";
      const origin = { source: "download", key: cacheKey(file), note } as const;
      const found = await extract(file, target, names, scratch);
      for (const [name, path] of found) {
        resolution.binaries.put(name, resolution.records[name].version, path, origin);
      }
      return names.map((name) => resolved(name, resolution, note));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

/** The executables inside what was downloaded: the file itself, or members of a .tar.gz with the tools' names. */
async function extract(
  file: PublicFile,
  path: string,
  names: readonly ToolName[],
  scratch: string,
): Promise<Map<ToolName, string>> {
  const found = new Map<ToolName, string>();
  if (!file.url.endsWith(".tar.gz")) {
    const [name] = names;
    if (name !== undefined) found.set(name, path);
    return found;
  }
  const folder = join(scratch, "content");
  mkdirSync(folder);
  await execa("tar", ["-xzf", path, "-C", folder], { timeout: extractTimeout });
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const name of names) {
    const member = entries.find((entry) => entry.isFile() && entry.name === name);
    if (member === undefined) {
      throw new ToolError("http", `${file.url} holds no file named ${name}`, "Has its layout changed?");
    }
    // Aside, since the content folder may hold a folder of the same name.
    const aside = join(scratch, `tool-${name}`);
    renameSync(join(member.parentPath, member.name), aside);
    found.set(name, aside);
  }
  return found;
}

function progressLine(received: number, total: number | undefined): string {
  const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);
  return total === undefined
    ? `${megabytes(received)} MB`
    : `${megabytes(received)} of ${megabytes(total)} MB (${Math.floor((100 * received) / total)} %)`;
}
