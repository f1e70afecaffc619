import {
  type ClusterConfig,
  clusterCleaning,
  dataDisksOfRole,
  type HostRole,
  hostNamespace,
  type LabConfig,
} from "../config/index.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { controlPlaneTemplate } from "./control-plane-template.ts";
import type { KubeVip } from "./kube-vip.ts";
import { machineTemplate } from "./machine-template.ts";
import { templateName } from "./template-name.ts";
import { workerTemplate } from "./worker-template.ts";

/** The templates of one cluster's class, by what they are for. */
export interface ClusterTemplates {
  readonly infrastructure: PlainObject;
  readonly controlPlane: PlainObject;
  readonly controlPlaneMachine: PlainObject;
  readonly worker: PlainObject;
  readonly workerMachine: PlainObject;
}

const failureDomainLabel = "infrastructure.cluster.x-k8s.io/failure-domain";

/** All templates a cluster's class refers to, each named by its content. Pure. */
export function clusterTemplates(
  cluster: ClusterConfig,
  hosts: LabConfig["hosts"],
  kubeVip: KubeVip,
): ClusterTemplates {
  const template = (apiVersion: string, kind: string, prefix: string, spec: object): PlainObject => ({
    apiVersion,
    kind,
    metadata: { name: templateName(`${cluster.name}-${prefix}`, spec), namespace: hostNamespace },
    spec,
  });
  const infrastructure = "infrastructure.cluster.x-k8s.io/v1beta2";
  const disks = (role: HostRole) => dataDisksOfRole({ hosts }, role);
  const machine = (role: HostRole) => machineTemplate(role, clusterCleaning(cluster, disks(role)));
  return {
    infrastructure: template(infrastructure, "Metal3ClusterTemplate", "infrastructure", {
      template: {
        spec: {
          cloudProviderEnabled: false,
          // A placeholder that the webhook insists on; the class's patch sets the real one.
          controlPlaneEndpoint: { host: "192.0.2.1", port: 6443 },
          ...failureDomains(hosts),
        },
      },
    }),
    controlPlane: template(
      "controlplane.cluster.x-k8s.io/v1beta2",
      "KubeadmControlPlaneTemplate",
      "control-plane",
      controlPlaneTemplate(cluster, kubeVip, disks("control-plane")),
    ),
    controlPlaneMachine: template(
      infrastructure,
      "Metal3MachineTemplate",
      "control-plane",
      machine("control-plane"),
    ),
    worker: template(
      "bootstrap.cluster.x-k8s.io/v1beta2",
      "KubeadmConfigTemplate",
      "worker",
      workerTemplate(cluster, disks("worker")),
    ),
    workerMachine: template(infrastructure, "Metal3MachineTemplate", "worker", machine("worker")),
  };
}

/** Failure domains named on control-plane hosts: Cluster API spreads the control plane over them. */
function failureDomains(hosts: LabConfig["hosts"]): { failureDomains?: readonly object[] } {
  const names = hosts
    .filter((host) => host.role === "control-plane")
    .map((host) => host.labels[failureDomainLabel])
    .filter((name) => name !== undefined);
  if (names.length === 0) return {};
  return { failureDomains: [...new Set(names)].sort().map((name) => ({ name, controlPlane: true })) };
}
