import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../kubernetes/object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { scriptCommand } from "../secrets/script-command.ts";
import type { InfraAccess } from "./infra-access.ts";
import { templateName } from "./template-name.ts";

export interface RolloutGateArgs {
  readonly cluster: PlainObject;
  readonly clusterClass: PlainObject;
  readonly infra: InfraAccess;
  readonly minutes: number;
}

/**
 * Done when the cluster has settled: topology reconciled, no rollout, available, every machine at its version. It runs
 * again whenever Cluster or ClusterClass change, so `pulumi up` of an upgrade ends when the last machine runs, and what an
 * upgrade replaces is deleted only then.
 */
export class RolloutGate extends pulumi.ComponentResource {
  constructor(name: string, args: RolloutGateArgs, opts: pulumi.ComponentResourceOptions) {
    super("edge-lab:workload-cluster:RolloutGate", name, { minutes: args.minutes }, opts);
    const { name: cluster, namespace } = args.cluster.metadata;
    const { command } = scriptCommand(
      "components/workload-cluster/scripts/wait-for-rollout.ts",
      namespace ?? "default",
      cluster,
      args.minutes,
    );
    new Command(
      `${name}-wait`,
      {
        create: command,
        environment: {
          // What is waited for: when it changes the command runs again, in place (a trigger would replace it).
          EDGE_LAB_AWAITED: templateName("state", [args.cluster.spec, args.clusterClass.spec]),
          EDGE_LAB_KUBECONFIG: args.infra.kubeconfig,
          ...(args.infra.context === undefined ? {} : { EDGE_LAB_CONTEXT: args.infra.context }),
        },
        logging: "stderr",
      },
      { parent: this, customTimeouts: timeOuts({ apply: args.minutes + 5 }) },
    );
    this.registerOutputs({});
  }
}
