import { type ClusterConfig, hostNamespace } from "../config/index.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { checkedRoles, type Role } from "./checked-roles.ts";
import { classPatches } from "./class-patches.ts";
import { classVariables } from "./class-variables.ts";
import type { ClusterTemplates } from "./cluster-templates.ts";
import { healthCheck } from "./health-check.ts";
import type { KubeVip } from "./kube-vip.ts";

/** Name of the class's one kind of worker. */
const workerClass = "worker";

/**
 * The ClusterClass (cluster.x-k8s.io/v1beta2) of one cluster. Pure.
 *
 * It keeps its name while the templates it refers to change theirs, so a change of a template is an update in place here,
 * and Cluster API rolls the machines it concerns.
 */
export function clusterClass(
  cluster: ClusterConfig,
  templates: ClusterTemplates,
  kubeVip: KubeVip,
  remediationTemplate: PlainObject | undefined,
): PlainObject {
  const deletion = { nodeDrainTimeoutSeconds: cluster.drainTimeoutSeconds };
  const checked = checkedRoles(cluster);
  const check = (role: Role, replicas: number) =>
    remediationTemplate === undefined || !checked.includes(role)
      ? {}
      : { healthCheck: healthCheck(cluster, replicas, remediationTemplate.metadata.name) };
  return {
    apiVersion: "cluster.x-k8s.io/v1beta2",
    kind: "ClusterClass",
    metadata: { name: cluster.name, namespace: hostNamespace },
    spec: {
      infrastructure: { templateRef: reference(templates.infrastructure) },
      controlPlane: {
        templateRef: reference(templates.controlPlane),
        machineInfrastructure: { templateRef: reference(templates.controlPlaneMachine) },
        naming: { template: "{{ .cluster.name }}-control-plane" },
        deletion,
        ...check("control-plane", cluster.controlPlane.replicas),
      },
      workers: {
        machineDeployments: [
          {
            class: workerClass,
            bootstrap: { templateRef: reference(templates.worker) },
            infrastructure: { templateRef: reference(templates.workerMachine) },
            naming: { template: "{{ .cluster.name }}-{{ .machineDeployment.topologyName }}" },
            deletion,
            // One host at a time and never a spare one: there is none.
            rollout: {
              strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
            },
            ...check("workers", cluster.workers.replicas),
          },
        ],
      },
      variables: classVariables,
      patches: classPatches(kubeVip.manifestTemplate, workerClass),
    },
  };
}

function reference(template: PlainObject): object {
  return { apiVersion: template.apiVersion, kind: template.kind, name: template.metadata.name };
}
