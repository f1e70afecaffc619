import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";
import type { InfraAccess } from "./infra-access.ts";

export interface AwaitedSecret {
  readonly namespace: string;
  readonly name: string;
  /** With it created, the Secret is there. */
  readonly after: pulumi.CustomResource;
  readonly infra: InfraAccess;
}

/** Milliseconds; a preview without the infra cluster is a useful one, so it does not wait long to find out. */
const patience = 15_000;

/**
 * The id to read a Secret by that something else writes. An update reads it when `after` is done. A preview reads it only if it
 * is there, and otherwise leaves it unknown: reading a Secret that is missing (the last update stopped half-way) or cannot
 * be asked for (no cluster) would fail the preview, and with it the update that would put things right.
 */
export function secretId({ namespace, name, after, infra }: AwaitedSecret): pulumi.Output<string> {
  const id = `${namespace}/${name}`;
  if (!pulumi.runtime.isDryRun()) return after.id.apply(() => id);
  const found = Promise.race([exists(infra, namespace, name), pause(patience, false, { ref: false })]);
  // An output that holds Pulumi's mark of the unknown is itself unknown, so nobody gets to see the mark.
  const known: pulumi.Output<unknown> = pulumi.output(found.then((there) => (there ? id : unknown)));
  return known as pulumi.Output<string>;
}

async function exists(infra: InfraAccess, namespace: string, name: string): Promise<boolean> {
  try {
    // Here and not above: most programs and tests never get here, and the client is slow to load.
    const [{ CoreV1Api }, { infraKubeconfig }] = await Promise.all([
      import("@kubernetes/client-node"),
      import("./infra-kubeconfig.ts"),
    ]);
    await infraKubeconfig(infra).makeApiClient(CoreV1Api).readNamespacedSecret({ namespace, name });
    return true;
  } catch {
    return false;
  }
}
