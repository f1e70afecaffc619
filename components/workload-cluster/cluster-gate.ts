import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { scriptCommand } from "../secrets/script-command.ts";
import type { ClusterStage } from "./cluster-stage.ts";
import { type InfraAccess, infraEnvironment } from "./infra-access.ts";

export interface ClusterGateArgs {
  readonly namespace: string;
  readonly cluster: string;
  readonly stage: ClusterStage;
  /** Whatever the answer depends on: when it changes, it is waited for again, in place. */
  readonly awaited: string;
  readonly infra: InfraAccess;
  readonly minutes: number;
}

/**
 * Done when a Cluster has come to a stage. On the way it tells what the cluster still waits for and what its hosts are
 * doing, which a wait in the kubernetes provider would keep to itself; a second `pulumi up` goes on waiting.
 */
export class ClusterGate extends pulumi.ComponentResource {
  /** Created when the stage was reached: to read what is only there afterwards. */
  readonly wait: Command;

  constructor(name: string, args: ClusterGateArgs, opts: pulumi.ComponentResourceOptions) {
    super("edge-lab:workload-cluster:ClusterGate", name, { stage: args.stage, minutes: args.minutes }, opts);
    const { command } = scriptCommand(
      "components/workload-cluster/scripts/wait-for-cluster.ts",
      args.namespace,
      args.cluster,
      args.stage,
      args.minutes,
    );
    this.wait = new Command(
      `${name}-wait`,
      {
        create: command,
        environment: {
          // When it changes the command runs again, in place (a trigger would replace it).
          EDGE_LAB_AWAITED: args.awaited,
          ...infraEnvironment(args.infra),
        },
        logging: "stderr",
      },
      { parent: this, customTimeouts: timeOuts({ apply: args.minutes + 5 }) },
    );
    this.registerOutputs({});
  }
}
