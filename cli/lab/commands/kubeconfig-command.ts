import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { Command, Option } from "commander";
import {
  chosenCluster,
  clusterKubeconfig,
  infraClusterKubeconfig,
  type KubeconfigSource,
  writeSecretFile,
} from "../kubeconfig.ts";
import { LabError } from "../lab-error.ts";
import { mergeIntoFile } from "../merge-into-file.ts";
import { mergedKubeconfig } from "../merged-kubeconfig.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface KubeconfigOptions {
  readonly output?: string;
  /** true: into the file that kubectl writes. */
  readonly merge?: string | true;
  readonly name?: string;
  readonly use?: true;
  readonly infra?: true;
  readonly from: KubeconfigSource;
}

/** `lab kubeconfig` */
export function kubeconfigCommand({ open, note }: CommandContext): Command {
  return new Command("kubeconfig")
    .description("a workload cluster's kubeconfig, to standard output: it is a secret")
    .argument("[cluster]", "its name; the only cluster if left out")
    .option("-o, --output <file>", "into a file that only you can read")
    .addOption(
      new Option(
        "-m, --merge [file]",
        "as one more context of a file (default: the first of KUBECONFIG, else ~/.kube/config); all else in it stays",
      ).conflicts("output"),
    )
    .option("--name <context>", "of the merged context, its cluster and its user (default: CLUSTER@STACK)")
    .option("--use", "make the merged context the current one")
    .addOption(new Option("--infra", "the infra cluster's own").conflicts("from"))
    .addOption(
      new Option(
        "--from <source>",
        "infra: the infra cluster's Secret; stack: Pulumi's outputs; auto: the first that answers",
      )
        .choices(["auto", "infra", "stack"])
        .default("auto"),
    )
    .addHelpText(
      "after",
      examples("lab kubeconfig edge --output edge.kubeconfig", "lab kubeconfig edge --merge --use"),
    )
    .action(async (cluster: string | undefined, options: KubeconfigOptions) => {
      const { output, merge, infra, from } = options;
      if (infra && cluster !== undefined) {
        throw new LabError("--infra goes without the name of a cluster", "Leave one of them out");
      }
      if (merge === undefined && (options.name !== undefined || options.use)) {
        throw new LabError("--name and --use are about a merged context", "Add --merge");
      }
      const lab = await open();
      const text = infra
        ? await infraClusterKubeconfig(lab)
        : await clusterKubeconfig(lab, cluster, from, note);
      if (merge !== undefined) {
        const of = infra ? "infra" : chosenCluster(lab, cluster);
        const path = merge === true ? defaultKubeconfig() : resolve(merge);
        const name = options.name ?? `${of}@${lab.stack}`;
        const select = options.use === true;
        const backup = await mergeIntoFile(path, (present) =>
          mergedKubeconfig({ present, added: text, name, select, path }),
        );
        note(`context ${name} is in ${path}${backup === undefined ? "" : `; as it was: ${backup}`}`);
      } else if (output === undefined) process.stdout.write(text);
      else await writeSecretFile(output, text);
    });
}

/** Where kubectl writes. */
function defaultKubeconfig(): string {
  const [first] = (process.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  return first === undefined ? join(homedir(), ".kube", "config") : resolve(first);
}
