import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { scriptCommand } from "../secrets/script-command.ts";
import { type InfraAccess, infraEnvironment } from "./infra-access.ts";

export interface ReuseMarksArgs {
  readonly namespace: string;
  readonly cluster: string;
  /** What the cluster is declared to be: before each change of it, in place. */
  readonly declared: string;
  readonly infra: InfraAccess;
}

/**
 * Takes the marks of earlier machines from free hosts, before the cluster is changed: otherwise its machines might not come
 * back to their own hosts. Does nothing for a cluster that is not there yet, or is still being changed.
 */
export class ReuseMarks extends pulumi.ComponentResource {
  constructor(name: string, args: ReuseMarksArgs, opts: pulumi.ComponentResourceOptions) {
    super("edge-lab:workload-cluster:ReuseMarks", name, {}, opts);
    const { command } = scriptCommand(
      "components/workload-cluster/scripts/drop-reuse-marks.ts",
      args.namespace,
      args.cluster,
    );
    new Command(
      `${name}-drop`,
      {
        create: command,
        environment: {
          // When it changes the command runs again, in place (a trigger would replace it).
          EDGE_LAB_DECLARED: args.declared,
          ...infraEnvironment(args.infra),
        },
        logging: "stderr",
      },
      { parent: this, customTimeouts: timeOuts({ apply: 5 }) },
    );
    this.registerOutputs({});
  }
}
