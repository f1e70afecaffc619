import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

/** A client that reads nothing for this long is let go. */
const IDLE_MS = 60_000;

export interface FileServerOptions {
  /** The folder whose files are served; nothing outside of it is, not even through a symbolic link. */
  readonly root: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/**
 * Serves the files of a folder over plain HTTP, GET and HEAD, as the httpd beside Ironic and the node image server do.
 * @throws Error from listen when the address is taken.
 */
export async function startFileServer({ root, host, port }: FileServerOptions): Promise<Server> {
  const base = await realpath(root);
  const server = createServer((request, response) => {
    void answer(base, request, response).catch(() => response.destroy());
  });
  server.setTimeout(IDLE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}

async function answer(base: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "" } = request;
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405);
  }
  const file = await fileOf(base, request.url ?? "/");
  if (file === undefined) return refuse(response, 404);
  response.setHeader("Content-Type", "application/octet-stream");
  response.setHeader("Content-Length", file.size);
  if (method === "HEAD") {
    response.end();
    return;
  }
  await pipeline(createReadStream(file.path), response);
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
