import { hostNamespace } from "../../../../components/config/resolve/host-namespace.ts";
import type { Condition } from "../../../../components/kubernetes/conditions.ts";
import type { Cause, Evidence } from "../cause.ts";

import { conditionOf, isLate, type Scene } from "../scene.ts";

/** A cause that a condition of the Cluster shows. */
function byCondition(
  id: string,
  type: string,
  when: (condition: Condition, scene: Scene) => boolean,
  tell: (scene: Scene) => Pick<Evidence, "means" | "fix">,
): Cause {
  return {
    id,
    of: "cluster",
    find: (scene) => {
      const condition = conditionOf(scene.cluster, type);
      if (condition === undefined || !when(condition, scene)) return undefined;
      const { reason, message } = condition;
      return { at: `Cluster ${scene.clusterName}`, said: `${type}: ${message || reason}`, ...tell(scene) };
    },
  };
}

const describe = ({ clusterName }: Scene): string =>
  `kubectl -n ${hostNamespace} describe cluster ${clusterName}`;

/** What is wrong with a cluster whatever its machines do. */
export const clusterCauses: readonly Cause[] = [
  {
    id: "cluster-absent",
    of: "cluster",
    find: ({ lab, clusterName, cluster }) =>
      clusterName === undefined || cluster !== undefined || !lab.declared.clusters.includes(clusterName)
        ? undefined
        : {
            at: `Cluster ${clusterName}`,
            said: "the infra cluster does not know it",
            means: "it is in the stack file, and pulumi up has not come to it yet",
            fix: "run pulumi up to its end: the Cluster is made last, when hosts and controllers are there",
          },
  },
  {
    id: "cluster-paused",
    of: "cluster",
    find: ({ cluster, clusterName }) =>
      cluster?.spec.paused !== true
        ? undefined
        : {
            at: `Cluster ${clusterName}`,
            said: "spec.paused: true",
            means: "Cluster API and CAPM3 leave it and its machines alone until it is resumed",
            fix: `kubectl --field-manager=me -n ${hostNamespace} patch cluster ${clusterName} --type=merge -p '{"spec":{"paused":false}}'`,
          },
  },
  byCondition(
    "image-missing",
    "TopologyReconciled",
    ({ status, message }) => status === "False" && /\.image: Invalid value: "?null/.test(message),
    ({ cluster }) => ({
      means: `no node image is declared for Kubernetes ${cluster?.spec.topology.version}, so nothing is rolled`,
      fix: "add it to edge-lab:nodeImage.images (npm run nodeimage builds one) and run pulumi up: it goes on by itself then",
    }),
  ),
  byCondition(
    "topology-refused",
    "TopologyReconciled",
    ({ status, reason }) => status === "False" && reason === "ReconcileFailed",
    (scene) => ({
      means:
        "Cluster API cannot make the cluster's objects out of its class: a webhook or a patch refuses them",
      fix: `correct what the message names in the stack file and run pulumi up; all of it: ${describe(scene)}`,
    }),
  ),
  byCondition(
    "class-not-ready",
    "TopologyReconciled",
    ({ status, reason }) => status === "False" && reason === "ClusterClassNotReconciled",
    () => ({
      means: "the ClusterClass has not been accepted, or its change not been seen, so the cluster waits",
      fix: `kubectl -n ${hostNamespace} describe clusterclass; and lab logs capi`,
    }),
  ),
  byCondition(
    "deletion-stuck",
    "Deleting",
    ({ status, lastTransitionTime }, { lab }) => status === "True" && isLate(lab, lastTransitionTime),
    () => ({
      means: "the cluster is being deleted, and what it waits for has not gone for a long time",
      fix: "lab hosts shows which host it waits for, and lab why with its name says why. A host whose device is dead: README, Decommission",
    }),
  ),
];

/** What a cluster says of itself when none of its machines shows the reason. */
export const clusterConsequences: readonly Cause[] = [
  byCondition(
    "api-unreachable",
    "RemoteConnectionProbe",
    ({ status }, { cluster }) =>
      status === "False" && conditionOf(cluster, "ControlPlaneInitialized")?.status === "True",
    ({ cluster }) => {
      const { host, port } = cluster?.spec.controlPlaneEndpoint ?? { host: "", port: 0 };
      return {
        means: `the infra cluster's controllers have no way to the cluster's API at ${host}:${port}`,
        fix: `see that a control-plane machine holds the address ${host} (lab hosts; its kube-vip), and that the infra node has a route to it`,
      };
    },
  ),
  byCondition(
    "not-available",
    "Available",
    ({ status, lastTransitionTime }, { lab }) => status === "False" && isLate(lab, lastTransitionTime),
    (scene) => ({
      means: "the cluster has not been Available for longer than a step should take",
      fix: `look at ${describe(scene)} and lab logs capi`,
    }),
  ),
];
