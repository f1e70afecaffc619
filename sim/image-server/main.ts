/**
 * Plays the image of the lab's image server, whose nginx cannot be had where this project is checked:
 * `node sim/image-server/main.ts --listen HOST:PORT --root FOLDER`. Started by the pod runner.
 */
import { parseArgs } from "node:util";
import { staticFiles } from "./static-files.ts";

const { values } = parseArgs({ options: { listen: { type: "string" }, root: { type: "string" } } });
const [, host, port] = /^(.+):(\d+)$/.exec(values.listen ?? "") ?? [];
if (!host || !port || !values.root) {
  throw new Error("usage: node sim/image-server/main.ts --listen HOST:PORT --root FOLDER");
}
const server = staticFiles(values.root);
server.listen(Number(port), host, () => console.log(`serving ${values.root} at http://${host}:${port}/`));
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
