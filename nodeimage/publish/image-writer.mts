/**
 * The writer of the image server's volume: takes images over HTTPS, piece by piece, and puts each in place when its hash is
 * right. It runs in a short-lived pod out of a ConfigMap, so it and image-volume.mts need nothing but Node (22.18 or newer):
 *
 *   node image-writer.mts --images FOLDER --listen HOST:PORT --identity FOLDER    (tls.crt, tls.key, token)
 *
 * Every request carries `authorization: Bearer TOKEN`. Answers are JSON; errors are `{"error": …}`.
 *
 *   GET    /images             published images, and parts of unfinished ones
 *   GET    /images/NAME        {"state": "published" | "partial" | "absent", …}
 *   PATCH  /images/NAME?offset=N&size=TOTAL     appends the body; 409 with the right offset when N is another one; 507 when
 *                                               the disk is full. What has arrived stays, also of a request that breaks off
 *   POST   /images/NAME        {"sha256", "size", "record"}: hash right: published; wrong: the part is thrown away, 422
 *   DELETE /images/NAME        removes the image or its part
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Answer, ImageVolume, imageName, Refusal } from "./image-volume.mts";

async function answered(volume: ImageVolume, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "https://writer");
  if (request.method === "GET" && pathname === "/images") return { status: 200, body: await volume.list() };
  const name = /^\/images\/([^/]+)$/.exec(pathname)?.[1] ?? "";
  if (!imageName.test(name)) throw new Refusal(404, "there is nothing here");
  switch (request.method) {
    case "GET":
      return { status: 200, body: await volume.state(name) };
    case "PATCH":
      return volume.alone(name, () => volume.append(name, kept(request), searchParams));
    case "POST": {
      const body = await jsonBody(request);
      return volume.alone(name, () => volume.publish(name, body));
    }
    case "DELETE":
      return volume.alone(name, () => volume.remove(name));
    default:
      throw new Refusal(405, `${request.method} is not known here`);
  }
}

/** A body of which the connection outlives a reader that stops early: the answer still has to go through it. */
function kept(request: IncomingMessage): AsyncIterable<unknown> {
  return request.iterator({ destroyOnReturn: false });
}

async function jsonBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = "";
  for await (const chunk of kept(request)) {
    text += String(chunk);
    if (text.length > 1024 * 1024) throw new Refusal(413, "the body is larger than 1 MiB");
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new Refusal(400, "the body is no JSON object");
}

/**
 * Takes in the rest of a refused request: closing while the client still sends would break the connection, and with it the
 * answer. A client sends pieces far smaller than the limit.
 */
async function drained(request: IncomingMessage): Promise<void> {
  let left = 256 * 1024 * 1024;
  try {
    for await (const chunk of request) {
      left -= (chunk as Buffer).length;
      if (left < 0) request.destroy();
    }
  } catch {
    // The client has gone, and nobody waits for the answer.
  }
}

async function handle(
  volume: ImageVolume,
  token: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = createHash("sha256")
    .update((request.headers.authorization ?? "").replace(/^Bearer /, ""))
    .digest();
  const allowed = timingSafeEqual(given, token);
  const { status, body } = await (allowed
    ? answered(volume, request)
    : Promise.reject(new Refusal(401, "the token is missing or wrong"))
  ).catch((error: unknown): Answer => {
    if (error instanceof Refusal) return error.answer;
    const message = error instanceof Error ? error.message : String(error);
    if (!request.destroyed) console.error(`${request.method} ${request.url}: ${message}`);
    return { status: 500, body: { error: message } };
  });
  await drained(request);
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
}

const { values } = parseArgs({
  options: { images: { type: "string" }, listen: { type: "string" }, identity: { type: "string" } },
});
const [, host, port] = /^(.+):(\d+)$/.exec(values.listen ?? "") ?? [];
if (!values.images || !values.identity || !host) {
  throw new Error("usage: node image-writer.mts --images FOLDER --listen HOST:PORT --identity FOLDER");
}
const [cert, key, token] = await Promise.all(
  ["tls.crt", "tls.key", "token"].map((file) => readFile(join(values.identity ?? "", file), "utf8")),
);
const volume = new ImageVolume(values.images);
const tokenHash = createHash("sha256")
  .update((token ?? "").trim())
  .digest();
const server = createServer({ cert, key, minVersion: "TLSv1.3" }, (request, response) => {
  void handle(volume, tokenHash, request, response);
});
// An image takes as long as it takes; a client that has gone silent does not.
server.requestTimeout = 0;
server.timeout = 120_000;
server.listen(Number(port), host.replace(/^\[|\]$/g, ""), () => {
  const address = server.address();
  console.log(`writing to ${values.images}, port ${typeof address === "object" ? address?.port : port}`);
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
