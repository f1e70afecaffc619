import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import type { LabConfig } from "../config/lab.ts";
import { ProgramError } from "../errors/program-error.ts";
import { type StateResource, stackState } from "../stack-state/stack-state.ts";
import type { ClusterLook } from "./look-at-cluster.ts";
import { lostHosts, lostHostsText } from "./lost-hosts.ts";

export interface BeforeUpOptions {
  /** Where warnings go; Pulumi's log if left out. */
  readonly warn?: (line: string) => void;
  /** Milliseconds between two looks at what may pass, such as a node that comes up; 3000 if left out. */
  readonly between?: number;
  /** Pulumi's state of this stack; what `pulumi stack export` tells if left out. */
  readonly readState?: () => Promise<ReadonlyMap<string, StateResource>>;
}

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

const looks = 3;

/**
 * Looks, before the first resource of an update, whether the infra cluster is one that a lab can be made on. A preview does not:
 * it has to work without the cluster.
 *
 * A lab that is made already is not held up, since an update may be what mends it: what would fail is a warning then, and what may
 * fail is left to `lab doctor`, so that an update that changes nothing says nothing. What needs the network or the devices is the
 * doctor's alone: it takes long, and Pulumi may run elsewhere.
 *
 * One thing stops any update: a cluster that has none of the hosts of the last update is another one.
 *
 * @throws ProgramError when there is no lab yet and something would keep it from working: all of it at once; and for lost hosts.
 */
export async function checkBeforeUp(config: LabConfig, options: BeforeUpOptions = {}): Promise<void> {
  if (pulumi.runtime.isDryRun() || config.preflight === "skip") return;
  const {
    warn = (line: string) => void pulumi.log.warn(line),
    between = 3_000,
    readState = () => stackState(pulumi.getStack(), projectFolder),
  } = options;
  // Here, since previews need not load the Kubernetes client, a third of a second.
  const { lookAtCluster } = await import("./look-at-cluster.ts");
  let look = await lookAtCluster(config);
  for (let left = looks - 1; left > 0 && !look.made && failures(look).length > 0; left--) {
    await pause(between * (0.75 + Math.random() / 2));
    look = await lookAtCluster(config);
  }
  const lost = await lostHosts(look.infra, readState);
  if (lost.names.length > 0) throw new ProgramError(lostHostsText(lost));
  if (lost.unseen !== undefined) {
    warn(`whether this is the cluster of the last update was not looked at: ${lost.unseen}`);
  }
  const failed = failures(look);
  if (failed.length > 0 && !look.made) {
    throw new ProgramError(
      [
        "The infra cluster is not ready for a lab. Nothing was changed.",
        ...failed.map((one) => `  - ${told(one)}`),
        "lab doctor --preflight looks at the network and the devices, too. To go on all the same: pulumi config set edge-lab:preflight skip",
      ].join("\n"),
    );
  }
  for (const one of look.made ? failed : look.wrong) warn(told(one));
}

function failures({ wrong }: ClusterLook): ClusterLook["wrong"] {
  return wrong.filter(({ status }) => status === "fail");
}

function told({ title, detail, why, fix }: ClusterLook["wrong"][number]): string {
  return `${title}: ${detail}. Why it matters: ${why}. Fix: ${fix}.`;
}
