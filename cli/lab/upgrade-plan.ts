import semver from "semver";
import { z } from "zod";
import type { StepHistory } from "./step-history.ts";
import { type Machine, objects } from "./why/objects.ts";

const ownerSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ replicas: z.number().default(1) }),
});

export interface PlanInput {
  /** cluster.x-k8s.io/v1beta2 Cluster. */
  readonly cluster: unknown;
  /** All Machines of the lab. */
  readonly machines: readonly unknown[];
  /** KubeadmControlPlanes and MachineDeployments of the lab, with their kind. */
  readonly owners: readonly unknown[];
  /** By the name of a Metal3Machine, the host that it uses. */
  readonly hostOf: ReadonlyMap<string, string>;
  /** Kubernetes version to go to. */
  readonly version: string;
  /** Versions for which a node image is declared. */
  readonly images: readonly string[];
  readonly history: Pick<StepHistory, "usual">;
}

export interface PlannedMachine {
  readonly machine: string;
  /** null when it has none. */
  readonly host: string | null;
  readonly role: string;
  readonly from: string;
}

export interface UpgradePlan {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  /** Why it would not begin; then nothing is rolled. */
  readonly obstacles: readonly string[];
  /** In the order in which they are replaced, one after the other. */
  readonly machines: readonly PlannedMachine[];
  /** Of one machine by this lab's history; null as long as there is none. */
  readonly secondsEach: number | null;
  readonly seconds: number | null;
}

const deploymentLabel = "topology.cluster.x-k8s.io/deployment-name";
const controlPlaneLabel = "cluster.x-k8s.io/control-plane";

/**
 * What a change of a cluster's Kubernetes version would roll. Cluster API replaces control-plane machines first, oldest
 * first, then each worker group in turn, one machine at a time where no host is spare. Pure.
 */
export function upgradePlan(input: PlanInput): UpgradePlan {
  const cluster = objects.cluster.parse(input.cluster);
  const { name } = cluster.metadata;
  const from = cluster.spec.topology.version;
  const machines = input.machines
    .map((item) => objects.machine.parse(item))
    .filter(({ spec, metadata }) => spec.clusterName === name && metadata.deletionTimestamp === undefined)
    .toSorted((one, other) => one.metadata.creationTimestamp.localeCompare(other.metadata.creationTimestamp));
  const obstacles = obstaclesOf(from, input);
  const isControlPlane = ({ metadata }: Machine): boolean => controlPlaneLabel in metadata.labels;
  const groups = input.owners
    .map((item) => ownerSchema.parse(item))
    .filter(
      ({ kind, metadata }) =>
        kind === "MachineDeployment" && metadata.labels["cluster.x-k8s.io/cluster-name"] === name,
    )
    .map(({ metadata }) => metadata.labels[deploymentLabel] ?? metadata.name);
  const rank = (machine: Machine): number =>
    isControlPlane(machine) ? -1 : groups.indexOf(machine.metadata.labels[deploymentLabel] ?? "");
  const rolled = machines
    .filter(({ spec }) => spec.version !== input.version)
    .toSorted((one, other) => rank(one) - rank(other))
    .map((machine) => ({
      machine: machine.metadata.name,
      host: input.hostOf.get(machine.spec.infrastructureRef.name) ?? null,
      role: isControlPlane(machine)
        ? "control plane"
        : (machine.metadata.labels[deploymentLabel] ?? "worker"),
      from: machine.spec.version,
    }));
  const planned = obstacles.length === 0 ? rolled : [];
  const made = input.history.usual("machine");
  const secondsEach = made === undefined ? null : made + (input.history.usual("removal") ?? 0);
  return {
    cluster: name,
    from,
    to: input.version,
    obstacles,
    machines: planned,
    secondsEach,
    seconds: secondsEach === null ? null : secondsEach * planned.length,
  };
}

function obstaclesOf(from: string, { version, images }: PlanInput): string[] {
  const to = semver.parse(version);
  const present = semver.parse(from);
  if (to === null) return [`${version} is no version; write it as v1.35.4`];
  const image = images.includes(version)
    ? []
    : [
        `no node image is declared for ${version} (there are: ${images.join(", ") || "none"}): add it to edge-lab:nodeImage.images, npm run nodeimage builds one`,
      ];
  if (present === null) return image;
  if (semver.lt(to, present)) return [`${from} cannot go back to ${version}: Kubernetes knows no way back`];
  if (to.major !== present.major || to.minor > present.minor + 1) {
    return [
      `${version} is more than one minor version from ${from}: go by v${present.major}.${present.minor + 1} first`,
      ...image,
    ];
  }
  return image;
}
