import { Command } from "commander";
import semver from "semver";
import { apiPaths } from "../api-paths.ts";
import { chosenCluster } from "../kubeconfig.ts";
import { LabError } from "../lab-error.ts";
import { minutesText } from "../minutes-text.ts";
import { StepHistory } from "../step-history.ts";
import { textTable } from "../text-table.ts";
import { type UpgradePlan, upgradePlan } from "../upgrade-plan.ts";
import { objects } from "../why/objects.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface UpgradeOptions {
  readonly plan?: string | true;
  readonly cluster?: string;
  readonly json?: true;
}

/** `lab upgrade --plan`. Exit code 0: it would roll, or nothing is to be done; 1: something is in the way. */
export function upgradeCommand({ open }: CommandContext): Command {
  return new Command("upgrade")
    .description("what a change of the Kubernetes version would roll, in which order and for how long")
    .requiredOption("--plan [version]", "to go to (default: the newest for which a node image is declared)")
    .option("--cluster <name>", "the only cluster if left out")
    .option("--json", "for programs")
    .addHelpText(
      "after",
      `
Changes nothing: the upgrade itself is another kubernetes.version in the stack file and pulumi up. Exit code 1 when something is in
the way.
${examples("lab upgrade --plan", "lab upgrade --plan v1.35.4 --json")}`,
    )
    .action(async ({ plan: asked, cluster: name, json }: UpgradeOptions) => {
      const lab = await open();
      const cluster = chosenCluster(lab, name);
      const images = Object.entries(lab.config.nodeImage.images).map(([key, image]) => image.version ?? key);
      const newest = images.toSorted((one, other) => semver.rcompare(one, other))[0];
      const version = asked === undefined || asked === true ? newest : asked;
      if (version === undefined) {
        throw new LabError(
          "no node image is declared",
          "Name a version, or add one to edge-lab:nodeImage.images",
        );
      }
      const api = lab.infra();
      const [clusters, machines, hosts, controlPlanes, deployments] = await Promise.all([
        api.list(apiPaths.clusters),
        api.list(apiPaths.machines),
        api.list(apiPaths.hosts),
        api.list(apiPaths.controlPlanes),
        api.list(apiPaths.machineDeployments),
      ]);
      const found = clusters.find((item) => objects.cluster.parse(item).metadata.name === cluster);
      if (found === undefined) {
        throw new LabError(`the infra cluster knows no cluster ${cluster} yet`, "Run pulumi up first");
      }
      const ofKind = (kind: string, items: readonly unknown[]): unknown[] =>
        // Items of a list do not say their kind.
        items.map((item) => Object.assign({ kind }, item));
      const plan = upgradePlan({
        cluster: found,
        machines,
        owners: [
          ...ofKind("KubeadmControlPlane", controlPlanes),
          ...ofKind("MachineDeployment", deployments),
        ],
        hostOf: new Map(
          hosts.flatMap((item): [string, string][] => {
            const { metadata, spec } = objects.host.parse(item);
            return spec.consumerRef === undefined ? [] : [[spec.consumerRef.name, metadata.name]];
          }),
        ),
        version,
        images,
        history: await StepHistory.open(lab.folder, lab.stack),
      });
      console.log(json ? JSON.stringify(plan, null, 2) : planText(plan));
      if (plan.obstacles.length > 0) process.exitCode = 1;
    });
}

function planText({ cluster, from, to, obstacles, machines, secondsEach, seconds }: UpgradePlan): string {
  const head = `cluster ${cluster}: ${from} to ${to}`;
  if (obstacles.length > 0) return [head, ...obstacles.map((what) => `  ! ${what}`)].join("\n");
  if (machines.length === 0) return `${head}: nothing to roll`;
  const rows = machines.map(({ machine, host, role, from: version }, index) => [
    String(index + 1),
    role,
    machine,
    host ?? "no host",
    version,
  ]);
  const time =
    secondsEach === null || seconds === null
      ? "How long is not known: lab watch keeps how long machines take in this lab."
      : `About ${minutesText(seconds)}, one after the other, as machines took ${minutesText(secondsEach)} each before in this lab.`;
  return [head, textTable([["", "ROLE", "MACHINE", "HOST", "FROM"], ...rows]), "", time].join("\n");
}
