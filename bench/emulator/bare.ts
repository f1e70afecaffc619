/**
 * A Node server that does nothing but answer one body from memory: the limit of what any service on Node can do here.
 *
 * Usage: node bench/emulator/bare.ts <file with the body> [TLS folder]
 */
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const [file = "", tlsFolder] = process.argv.slice(2);
const body = readFileSync(file);
const headers = { "Content-Type": "application/json; charset=utf-8", "Content-Length": body.length };
const answer: RequestListener = (_request, response) => {
  response.writeHead(200, headers).end(body);
};
const server =
  tlsFolder === undefined
    ? createServer(answer)
    : createTlsServer(
        {
          cert: readFileSync(join(tlsFolder, "tls.crt")),
          key: readFileSync(join(tlsFolder, "tls.key")),
        },
        answer,
      );
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening ${tlsFolder === undefined ? "http" : "https"}://127.0.0.1:${port}`);
});
process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
