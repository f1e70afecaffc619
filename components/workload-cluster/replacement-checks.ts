import { type ClusterConfig, hostNamespace } from "../config/index.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { checkedRoles } from "./checked-roles.ts";
import { healthCheck } from "./health-check.ts";

/** Longest time that a restart itself takes: power off, seen to be off, on (Ironic's power_state_change_timeout twice). */
const restartSeconds = 300;

/** Cluster API gives these labels to machines of a topology. */
const selectors = {
  "control-plane": { "cluster.x-k8s.io/control-plane": "" },
  workers: { "topology.cluster.x-k8s.io/deployment-name": "workers" },
} as const;

/**
 * MachineHealthChecks (cluster.x-k8s.io/v1beta2) that have a machine replaced which stays unhealthy although it was
 * restarted; for the roles that are checked. Pure.
 *
 * After the last restart CAPM3 1.13 (baremetal/metal3remediation_manager.go, SetOwnerRemediatedConditionNew) asks for the
 * machine's replacement by the v1beta1 condition alone, and Cluster API 1.13 looks at the v1beta2 one: the machine would
 * stay as it is for ever. A second check without a remediation template sets the right one, once every restart has had
 * its time.
 */
export function replacementChecks(cluster: ClusterConfig): readonly PlainObject[] {
  const { rebootRetries, rebootTimeoutSeconds } = cluster.healthChecks;
  const restarts = rebootRetries * (rebootTimeoutSeconds + restartSeconds);
  const later = (seconds: number): number => (seconds === 0 ? 0 : seconds + restarts);
  const replicas = { "control-plane": cluster.controlPlane.replicas, workers: cluster.workers.replicas };
  return checkedRoles(cluster).map((role) => {
    const { checks, remediation } = healthCheck(cluster, replicas[role]);
    return {
      apiVersion: "cluster.x-k8s.io/v1beta2",
      kind: "MachineHealthCheck",
      metadata: { name: `${cluster.name}-${role}-replace`, namespace: hostNamespace },
      spec: {
        clusterName: cluster.name,
        selector: {
          matchLabels: { "cluster.x-k8s.io/cluster-name": cluster.name, ...selectors[role] },
        },
        checks: {
          nodeStartupTimeoutSeconds: later(checks.nodeStartupTimeoutSeconds),
          unhealthyNodeConditions: checks.unhealthyNodeConditions.map((condition) => ({
            ...condition,
            timeoutSeconds: condition.timeoutSeconds + restarts,
          })),
        },
        remediation,
      },
    };
  });
}
