import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObjectArgs } from "../kubernetes/kubernetes-object.ts";
import { restrictedPodSecurity } from "../kubernetes/restricted-security.ts";
import { emulatorLabels, emulatorNames, emulatorPort, labNamespace } from "./names.ts";

export interface EmulatorDeploymentSettings {
  readonly image: string;
  /**
   * Changes with the configuration, machines included, so that the pod is made anew: a running one would take it when the
   * kubelet brings it, a minute or two later, and until then a new host would be unknown to whom Ironic asks.
   */
  readonly configHash: pulumi.Input<string>;
  /** Address of the node on which the emulator also answers, besides its Service. */
  readonly hostPort?: { readonly port: number; readonly address?: string | undefined } | undefined;
  /** Whether it reads hosts, machines and clusters, for its console. */
  readonly kubernetesView: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

const folders = {
  config: "/etc/edge-lab/config",
  machines: "/etc/edge-lab/machines",
  tls: "/etc/edge-lab/tls",
  data: "/var/lib/edge-lab",
  kubernetes: "/var/run/secrets/edge-lab/kubernetes",
  seed: "/etc/edge-lab/seed",
} as const;

/** Any user but root; the volume is given to this group. */
const userId = 10001;

const probe = (path: string) => ({
  httpGet: { path, port: "https", scheme: "HTTPS" },
  periodSeconds: 10,
  timeoutSeconds: 5,
});

/** A token that the kubelet renews each hour and that is good for nothing once the pod is gone. */
const kubernetesVolume = {
  name: "kubernetes",
  projected: {
    defaultMode: 0o440,
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
      // Kubernetes itself puts its authority into every namespace under this name.
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    ],
  },
};

/**
 * The emulator's Deployment. Pure. One replica and Recreate, never two: a plug has a single session, so two pods would
 * displace each other's. It needs no rights on the node, and in the cluster only those of kubernetes-view.ts, by a token that is
 * mounted where it alone is told to look.
 */
export function emulatorDeployment(settings: EmulatorDeploymentSettings): KubernetesObjectArgs {
  const { image, configHash, hostPort, kubernetesView } = settings;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: emulatorNames.workload,
      namespace: labNamespace,
      labels: emulatorLabels,
      annotations: settings.annotations,
    },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: emulatorLabels },
      template: {
        metadata: { labels: emulatorLabels, annotations: { "edge-lab/config-hash": configHash } },
        spec: {
          serviceAccountName: emulatorNames.workload,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // Longer than the emulator takes to end what it does with a device.
          terminationGracePeriodSeconds: 30,
          securityContext: restrictedPodSecurity(userId),
          containers: [
            {
              name: emulatorNames.workload,
              image,
              imagePullPolicy: "IfNotPresent",
              args: [
                "--config",
                `${folders.config}/config.json`,
                "--machines-dir",
                folders.machines,
                "--tls-dir",
                folders.tls,
                "--data-dir",
                folders.data,
                ...(kubernetesView ? ["--kubernetes-dir", folders.kubernetes] : []),
                "--seed-dir",
                folders.seed,
                "--listen",
                `0.0.0.0:${emulatorPort}`,
              ],
              ports: [
                {
                  name: "https",
                  containerPort: emulatorPort,
                  ...(hostPort === undefined ? {} : { hostPort: hostPort.port }),
                  ...(hostPort?.address === undefined ? {} : { hostIP: hostPort.address }),
                },
              ],
              resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "256Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              readinessProbe: probe("/readyz"),
              livenessProbe: { ...probe("/healthz"), initialDelaySeconds: 10 },
              volumeMounts: [
                { name: "config", mountPath: folders.config, readOnly: true },
                { name: "machines", mountPath: folders.machines, readOnly: true },
                { name: "tls", mountPath: folders.tls, readOnly: true },
                { name: "data", mountPath: folders.data },
                { name: "seed", mountPath: folders.seed, readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
                ...(kubernetesView
                  ? [{ name: kubernetesVolume.name, mountPath: folders.kubernetes, readOnly: true }]
                  : []),
              ],
            },
          ],
          volumes: [
            { name: "config", secret: { secretName: emulatorNames.config, defaultMode: 0o440 } },
            { name: "machines", secret: { secretName: emulatorNames.machines, defaultMode: 0o440 } },
            { name: "tls", secret: { secretName: emulatorNames.tls, defaultMode: 0o440 } },
            { name: "data", persistentVolumeClaim: { claimName: emulatorNames.data } },
            { name: "seed", secret: { secretName: emulatorNames.seed, optional: true, defaultMode: 0o440 } },
            { name: "tmp", emptyDir: {} },
            ...(kubernetesView ? [kubernetesVolume] : []),
          ],
        },
      },
    },
  };
}
