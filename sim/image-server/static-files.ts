import { createReadStream, type Stats, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { basename, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

/**
 * Serves the files of one folder over HTTP, as the nginx of the lab's image server is configured to: whole files and
 * single ranges of bytes (RFC 9110 section 14), a list of what there is, a health page; what ends in `.part` is still
 * being copied and does not exist yet. Only GET and HEAD.
 * @param root the folder; nothing outside of it is reachable.
 */
export function staticFiles(root: string): Server {
  return createServer((request, response) => {
    answer(root, request, response).catch(() => {
      // The reader went away, or the file did: what was promised cannot be kept.
      response.destroy();
    });
  });
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const path = pathOf(request.url ?? "/");
  if (path === "/healthz") {
    response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
    return;
  }
  if (path === "/") {
    const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".part"));
    const list = names.map(({ name }) => `${name}\n`).sort();
    response.writeHead(200, { "content-type": "text/plain" }).end(list.join(""));
    return;
  }
  const file = path === undefined ? undefined : join(root, path);
  const stats = file && !basename(file).endsWith(".part") ? fileStats(file) : undefined;
  if (!file || !stats) {
    response.writeHead(404).end();
    return;
  }
  const range = rangeOf(request.headers.range, stats.size);
  const headers = {
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    "last-modified": stats.mtime.toUTCString(),
  };
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...headers, "content-range": `bytes */${stats.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: stats.size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...headers,
    "content-length": end - start + 1,
    ...(range ? { "content-range": `bytes ${start}-${end}/${stats.size}` } : {}),
  });
  if (request.method === "HEAD" || end < start) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
}

/** The path asked for, with every way up taken out; undefined when it is no path at all. */
function pathOf(url: string): string | undefined {
  try {
    const path = normalize(decodeURIComponent(new URL(url, "http://images").pathname));
    return path.includes("\0") ? undefined : path;
  } catch {
    return undefined;
  }
}

function fileStats(file: string): Stats | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() ? stats : undefined;
}

/** The one range that is asked for; undefined for the whole file, also when there are several or none that is known. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}
