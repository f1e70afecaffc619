import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

/** A client that reads nothing for this long is let go. */
const IDLE_MS = 60_000;
/** End of a file's name while it is being copied. */
const PART = ".part";

export interface FileServerOptions {
  /** The folder whose files are served; nothing outside of it is, not even through a symbolic link. */
  readonly root: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /**
   * As the lab's image server is configured (components/node-image, nginx.conf): /healthz, a list of the files at /, and
   * what ends in `.part` is still being copied and not served.
   */
  readonly imageServer?: boolean;
}

/**
 * Serves the files of a folder over plain HTTP, GET and HEAD, whole or a single range of bytes (RFC 9110 section 14), as
 * the httpd beside Ironic and the nginx of the node image server do.
 * @throws Error from listen when the address is taken.
 */
export async function startFileServer({
  root,
  host,
  port,
  imageServer = false,
}: FileServerOptions): Promise<Server> {
  const base = await realpath(root);
  const server = createServer((request, response) => {
    void answer(base, imageServer, request, response).catch(() => response.destroy());
  });
  server.setTimeout(IDLE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}

async function answer(
  base: string,
  imageServer: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "" } = request;
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405);
  }
  const url = request.url ?? "/";
  const page = imageServer ? await pageOf(base, url) : undefined;
  if (page !== undefined) {
    response.setHeader("Content-Type", "text/plain; charset=utf-8");
    response.end(page);
    return;
  }
  const file = await fileOf(base, url);
  if (file === undefined || (imageServer && file.path.endsWith(PART))) return refuse(response, 404);
  const range = rangeOf(request.headers.range, file.size);
  if (range === "unsatisfiable") {
    response.setHeader("Content-Range", `bytes */${file.size}`);
    return refuse(response, 416);
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  response.statusCode = range ? 206 : 200;
  if (range) response.setHeader("Content-Range", `bytes ${start}-${end}/${file.size}`);
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Content-Type", "application/octet-stream");
  response.setHeader("Content-Length", end - start + 1);
  if (method === "HEAD" || file.size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(file.path, { start, end }), response);
}

/** What is answered at paths that are no files. */
async function pageOf(base: string, url: string): Promise<string | undefined> {
  if (url === "/healthz") return "ok\n";
  if (url !== "/") return undefined;
  const entries = await readdir(base, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(PART));
  return files
    .map(({ name }) => `${name}\n`)
    .sort()
    .join("");
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

function refuse(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end(`${status}\n`);
}

async function fileOf(base: string, url: string): Promise<{ path: string; size: number } | undefined> {
  try {
    const path = await realpath(join(base, normalize(decodeURIComponent(new URL(url, "http://x").pathname))));
    if (!path.startsWith(`${base}/`)) return undefined;
    const found = await stat(path);
    return found.isFile() ? { path, size: found.size } : undefined;
  } catch {
    return undefined; // not there, or a name that cannot be one
  }
}
