import { installedSystemSupport } from "../../sim/machine/os/installed-system-support.ts";
import { debianPackages } from "../support/debian-packages.ts";
import type { InfraNode } from "./infra-node.ts";
import { K3sNode, k3sIsHere } from "./k3s-node.ts";
import { nodePackages } from "./machine/node-packages.ts";
import { nodeSettings } from "./machine/node-settings.ts";
import { RealNode } from "./machine/real-node.ts";
import { type HostTraces, hostTraces } from "./support/host-traces.ts";

let brought: Promise<string | undefined> | undefined;

/** Undefined where this machine's k3s is the node. */
export const ownNode = k3sIsHere() ? undefined : new RealNode(nodeSettings());

/** The one node of all tests of a run. */
export const sharedNode: InfraNode = ownNode ?? new K3sNode();

/** This machine as it was before the node. */
export let tracesBefore: HostTraces | undefined;

/**
 * Brings the node up, once in a run.
 * @returns why there can be none, in plain words; undefined when it is up.
 */
export function nodeUp(): Promise<string | undefined> {
  brought ??= bring();
  return brought;
}

async function bring(): Promise<string | undefined> {
  if (ownNode) {
    if (process.getuid?.() !== 0) return "a node of our own needs root";
    const missing = await debianPackages(nodePackages);
    if (missing !== undefined) return missing;
    const refused = await installedSystemSupport();
    if (refused !== undefined) return refused;
    // What an interrupted run has left.
    await ownNode.down();
    tracesBefore = await hostTraces();
  }
  await sharedNode.up();
  return undefined;
}

// Whatever failed, nothing is left behind.
after("end the node", async () => {
  if (brought === undefined) return;
  // One that failed on its way may be there in parts.
  const leftOut = await brought.catch(() => undefined);
  if (leftOut === undefined) await sharedNode.down();
});
