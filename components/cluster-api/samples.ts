import type { PlainObject } from "../kubernetes/object.ts";

function sample(group: string, kind: string, spec: Readonly<Record<string, unknown>>): PlainObject {
  return {
    apiVersion: `${group}/v1beta2`,
    kind,
    metadata: { name: "edge-lab-gate", namespace: "default" },
    spec,
  };
}

/** One object of each provider that passes its webhooks: what the gate before clusters and classes asks with. */
export const clusterApiSamples = {
  core: sample("cluster.x-k8s.io", "MachineHealthCheck", {
    clusterName: "edge-lab-gate",
    selector: { matchLabels: { "edge-lab-gate": "true" } },
    checks: { nodeStartupTimeoutSeconds: 3600 },
  }),
  bootstrap: sample("bootstrap.cluster.x-k8s.io", "KubeadmConfigTemplate", {
    template: { spec: { format: "cloud-config" } },
  }),
  controlPlane: sample("controlplane.cluster.x-k8s.io", "KubeadmControlPlaneTemplate", {
    template: { spec: { kubeadmConfigSpec: { format: "cloud-config" } } },
  }),
  infrastructure: sample("infrastructure.cluster.x-k8s.io", "Metal3RemediationTemplate", {
    template: { spec: { strategy: { type: "Reboot", retryLimit: 1, timeoutSeconds: 600 } } },
  }),
} as const satisfies Readonly<Record<string, PlainObject>>;
