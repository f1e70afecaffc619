/**
 * `node sim/file-server/main.ts --root FOLDER --listen HOST:PORT [--image-server]`: a folder's files over HTTP, until it is
 * ended. With the last option it plays the lab's image server, whose nginx cannot be had where this project is checked.
 */
import { parseArgs } from "node:util";
import { startFileServer } from "./file-server.ts";

const { values } = parseArgs({
  options: {
    root: { type: "string" },
    listen: { type: "string" },
    "image-server": { type: "boolean", default: false },
  },
});
const [, host, port] = /^(.+):(\d+)$/.exec(values.listen ?? "") ?? [];
if (!values.root || !host)
  throw new Error("usage: node sim/file-server/main.ts --root FOLDER --listen HOST:PORT [--image-server]");

const server = await startFileServer({
  root: values.root,
  host,
  port: Number(port),
  imageServer: values["image-server"],
});
console.log(`serving ${values.root} at http://${values.listen}`);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
