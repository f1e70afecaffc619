import { type ClusterConfig, hostNamespace } from "../config/index.ts";
import type { PlainObject } from "../kubernetes/object.ts";

/**
 * The Metal3RemediationTemplate of a cluster, or nothing when health checks are off. Pure. Its name is fixed: it is read
 * anew for each remediation, so a change of it rolls no machine.
 */
export function remediationTemplate(cluster: ClusterConfig): PlainObject | undefined {
  const { enabled, rebootRetries, rebootTimeoutSeconds } = cluster.healthChecks;
  if (!enabled) return undefined;
  const strategy = { type: "Reboot", retryLimit: rebootRetries, timeoutSeconds: rebootTimeoutSeconds };
  return {
    apiVersion: "infrastructure.cluster.x-k8s.io/v1beta2",
    kind: "Metal3RemediationTemplate",
    metadata: { name: `${cluster.name}-restart`, namespace: hostNamespace },
    spec: { template: { spec: { strategy } } },
  };
}
