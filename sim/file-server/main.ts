/** `node sim/file-server/main.ts --root FOLDER --listen HOST:PORT`: a folder's files over HTTP, until it is ended. */
import { parseArgs } from "node:util";
import { startFileServer } from "./file-server.ts";

const { values } = parseArgs({ options: { root: { type: "string" }, listen: { type: "string" } } });
const [, host, port] = /^(.+):(\d+)$/.exec(values.listen ?? "") ?? [];
if (!values.root || !host)
  throw new Error("usage: node sim/file-server/main.ts --root FOLDER --listen HOST:PORT");

const server = await startFileServer({ root: values.root, host, port: Number(port) });
console.log(`serving ${values.root} at http://${values.listen}`);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
