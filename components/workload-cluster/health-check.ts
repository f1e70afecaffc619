import type { ClusterConfig } from "../config/index.ts";

/** Health check as in a ClusterClass or a MachineHealthCheck (cluster.x-k8s.io/v1beta2). */
export interface HealthCheck {
  readonly checks: {
    readonly nodeStartupTimeoutSeconds: number;
    readonly unhealthyNodeConditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly timeoutSeconds: number;
    }[];
  };
  readonly remediation: {
    readonly triggerIf: { readonly unhealthyLessThanOrEqualTo: number };
    readonly templateRef?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  };
}

/**
 * The health check of one role: which of its machines Cluster API calls unhealthy, and when it may act on them. Pure.
 *
 * Remediation restarts the host (power off and on through Ironic), then gives the machine up and takes a fresh one. It acts
 * on a minority only: when half of the hosts fall silent the cause is the network or the mains, and restarting machines
 * would make it worse. A lone machine may be restarted.
 *
 * @param replicas machines of the role that the cluster is meant to have.
 * @param remediationTemplate name of the Metal3RemediationTemplate; without one the machine is replaced at once.
 */
export function healthCheck(
  cluster: Pick<ClusterConfig, "cni" | "healthChecks">,
  replicas: number,
  remediationTemplate?: string,
): HealthCheck {
  const { nodeStartupTimeoutSeconds, unhealthySeconds } = cluster.healthChecks;
  const notReady = (status: string) => ({ type: "Ready", status, timeoutSeconds: unhealthySeconds });
  return {
    checks: {
      nodeStartupTimeoutSeconds,
      // Without a pod network of ours Ready stays False until somebody installs one; then only silence (Unknown) counts.
      unhealthyNodeConditions:
        cluster.cni.type === "none" ? [notReady("Unknown")] : [notReady("Unknown"), notReady("False")],
    },
    remediation: {
      triggerIf: { unhealthyLessThanOrEqualTo: Math.max(1, Math.floor((replicas - 1) / 2)) },
      ...(remediationTemplate === undefined
        ? {}
        : {
            templateRef: {
              apiVersion: "infrastructure.cluster.x-k8s.io/v1beta2",
              kind: "Metal3RemediationTemplate",
              name: remediationTemplate,
            },
          }),
    },
  };
}
