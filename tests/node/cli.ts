/**
 * A real node by hand: `node tests/node/cli.ts up`, then `export KUBECONFIG=.edge-lab/node/kubeconfig`; `… down` ends it and
 * removes all that is left of it. It needs root on Debian.
 */
import { debianPackages } from "../support/debian-packages.ts";
import { nodePackages } from "./machine/node-packages.ts";
import { nodeSettings } from "./machine/node-settings.ts";
import { RealNode } from "./machine/real-node.ts";

const node = new RealNode(nodeSettings(), (line) => console.log(line));
const [command] = process.argv.slice(2);
if (command === "up") {
  const missing = await debianPackages(nodePackages);
  if (missing !== undefined) throw new Error(missing);
  await node.up();
  console.log(`export KUBECONFIG=${node.paths.kubeconfig}`);
} else if (command === "down") await node.down();
else {
  console.error("usage: node tests/node/cli.ts up|down");
  process.exitCode = 2;
}
