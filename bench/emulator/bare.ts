/**
 * A Node server that does nothing but give one answer from memory: the limit of what any service on Node can do here. The answer has
 * the headers of the emulator's too, for Node writes each of them at each request.
 *
 * Usage: node bench/emulator/bare.ts <file with the answer as JSON: {headers: [name, value, ...], body}> [TLS folder]
 */
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const [file = "", tlsFolder] = process.argv.slice(2);
const { headers, body: text } = JSON.parse(readFileSync(file, "utf8")) as { headers: string[]; body: string };
const body = Buffer.from(text);
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
