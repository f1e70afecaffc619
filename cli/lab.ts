#!/usr/bin/env node
/**
 * `lab`: looks at a lab and into its clusters; `lab --help` lists what it can do. Also `npm run lab -- …`. Changes nothing
 * but the file of `lab kubeconfig --output`.
 *
 * Exit code 0; 1 with a message on standard error when something is in the way; 130 when interrupted.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { ConfigurationError } from "../components/config/configuration-error.ts";
import { doctor, doctorText } from "./lab/doctor.ts";
import { hostsReport, hostsText } from "./lab/hosts.ts";
import { ApiRefusal, ApiUnreachable } from "./lab/kube-api.ts";
import {
  clusterKubeconfig,
  infraClusterKubeconfig,
  type KubeconfigSource,
  writeSecretFile,
} from "./lab/kubeconfig.ts";
import { LabContext, type LabOptions } from "./lab/lab-context.ts";
import { LabError } from "./lab/lab-error.ts";
import { watchLab } from "./lab/watch.ts";
import { PulumiFailure } from "./pulumi-cli.ts";

interface KubeconfigOptions {
  readonly output?: string;
  readonly infra?: true;
  readonly from: KubeconfigSource;
}

interface WatchCommandOptions {
  readonly interval: number;
  readonly until?: "settled";
  readonly timeout?: number;
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("give a number greater than 0.");
}

const program = new Command("lab")
  .description("Looks at a lab and into its clusters.")
  .option("--stack <name>", "the lab's Pulumi stack (default: PULUMI_STACK, the selected one, the only one)")
  .option("--config-file <file>", "the stack's file, if it is not Pulumi.<stack>.yaml");
const open = (): Promise<LabContext> => LabContext.open(program.opts<LabOptions>());
const note = (line: string): void => console.error(line);

program
  .command("kubeconfig")
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

program
  .command("hosts")
  .description("every host: power, state, who uses it, what is wrong with it")
  .option("--json", "for programs")
  .action(async ({ json }: { json?: true }) => {
    const report = await hostsReport(await open());
    console.log(json ? JSON.stringify(report, null, 2) : hostsText(report));
  });

program
  .command("watch")
  .description("a line for each change of hosts, machines and clusters, until Ctrl-C")
  .option("-i, --interval <seconds>", "between two looks", positive, 5)
  .addOption(
    new Option("--until <what>", "end, with exit code 0, when every cluster is settled").choices(["settled"]),
  )
  .option("--timeout <minutes>", "end, with exit code 1, after so long", positive)
  .action(async ({ interval, until, timeout }: WatchCommandOptions) => {
    const lab = await open();
    const clusters = lab.config.clusters.map(({ name }) => name);
    if (until !== undefined && clusters.length === 0) {
      throw new LabError(`stack ${lab.stack} declares no cluster to settle`, "See edge-lab:clusters");
    }
    const interrupt = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
    const end = await watchLab({
      api: lab.infra(),
      clusters,
      intervalSeconds: interval,
      ...(until === undefined ? {} : { until }),
      ...(timeout === undefined ? {} : { timeOutMinutes: timeout }),
      signal: interrupt.signal,
      say: (line) => console.log(line),
    });
    if (end === "timed-out") note(`not ${until ?? "ended"} after ${timeout} minutes`);
    process.exitCode = { settled: 0, "timed-out": 1, interrupted: 130 }[end];
  });

program
  .command("doctor")
  .description("checks configuration, infra cluster, controllers, Ironic, emulator, devices, clusters")
  .option("--json", "for programs")
  .action(async ({ json }: { json?: true }) => {
    const report = await doctor(program.opts<LabOptions>());
    console.log(json ? JSON.stringify(report, null, 2) : doctorText(report));
    if (report.some(({ status }) => status === "fail")) process.exitCode = 1;
  });

// `lab watch | head`: the reader has seen enough, which is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

/** What is explained by its message alone; anything else is our mistake and shown whole. */
const explained = [LabError, PulumiFailure, ConfigurationError, ApiRefusal, ApiUnreachable];

try {
  await program.parseAsync();
} catch (error) {
  if (!explained.some((type) => error instanceof type)) throw error;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
