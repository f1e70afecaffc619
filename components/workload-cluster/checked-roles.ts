import type { ClusterConfig } from "../config/index.ts";

export type Role = "control-plane" | "workers";

/**
 * The roles whose machines have health checks; none when checks are off. Pure.
 *
 * A lone control plane has none. CAPM3 1.13 (controllers/metal3remediation_controller.go) has the host switched off, then asks
 * the workload cluster for the node before it has it switched on again; the API server that would answer is on that host,
 * so the host would stay off for ever, and a node that was only slow would have cost the cluster. Cluster API does not replace
 * a lone control plane either.
 */
export function checkedRoles(cluster: ClusterConfig): readonly Role[] {
  if (!cluster.healthChecks.enabled) return [];
  return [
    ...(cluster.controlPlane.replicas > 1 ? (["control-plane"] as const) : []),
    ...(cluster.workers.replicas > 0 ? (["workers"] as const) : []),
  ];
}
