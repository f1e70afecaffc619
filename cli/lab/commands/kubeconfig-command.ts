import { Command, Option } from "commander";
import {
  clusterKubeconfig,
  infraClusterKubeconfig,
  type KubeconfigSource,
  writeSecretFile,
} from "../kubeconfig.ts";
import { LabError } from "../lab-error.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface KubeconfigOptions {
  readonly output?: string;
  readonly infra?: true;
  readonly from: KubeconfigSource;
}

/** `lab kubeconfig` */
export function kubeconfigCommand({ open, note }: CommandContext): Command {
  return new Command("kubeconfig")
    .description("a workload cluster's kubeconfig, to standard output: it is a secret")
    .argument("[cluster]", "its name; the only cluster if left out")
    .option("-o, --output <file>", "into a file that only you can read")
    .addOption(new Option("--infra", "the infra cluster's own").conflicts("from"))
    .addOption(
      new Option(
        "--from <source>",
        "infra: the infra cluster's Secret; stack: Pulumi's outputs; auto: the first that answers",
      )
        .choices(["auto", "infra", "stack"])
        .default("auto"),
    )
    .addHelpText("after", examples("lab kubeconfig edge --output edge.kubeconfig"))
    .action(async (cluster: string | undefined, { output, infra, from }: KubeconfigOptions) => {
      if (infra && cluster !== undefined) {
        throw new LabError("--infra goes without the name of a cluster", "Leave one of them out");
      }
      const lab = await open();
      const text = infra
        ? await infraClusterKubeconfig(lab)
        : await clusterKubeconfig(lab, cluster, from, note);
      if (output === undefined) process.stdout.write(text);
      else await writeSecretFile(output, text);
    });
}
