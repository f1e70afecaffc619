/** kube-vip as a static pod on every control-plane machine: it holds the cluster's shared address by ARP. */
import { stringify } from "yaml";
import type { KubeadmFile } from "./kubeadm-types.ts";

export interface KubeVipSettings {
  /** Image reference, pinned by digest where one is known. */
  readonly image: string;
  /** Network interface of the hosts that carries the address; the one of the default route when absent. */
  readonly interface?: string | undefined;
  readonly ipFamily: "IPv4" | "IPv6";
}

export interface KubeVip {
  /**
   * Body of a ClusterClass patch value (a Go template rendered by Cluster API): one element of kubeadmConfigSpec.files.
   * The address and port come from the class's variable `endpoint`.
   */
  readonly manifestTemplate: string;
  readonly files: readonly KubeadmFile[];
  readonly preKubeadmCommands: readonly string[];
  readonly postKubeadmCommands: readonly string[];
}

const manifest = "/etc/kubernetes/manifests/kube-vip.yaml";
const script = "/etc/edge-lab/kube-vip-credentials.sh";

/**
 * kubeadm >= 1.29 gives admin.conf its rights only after it has reached the API through the shared address, which
 * kube-vip can only take with a working credential (kube-vip#684). So on the machine that runs `kubeadm init`, and
 * only there (super-admin.conf exists nowhere else), kube-vip starts with super-admin.conf and goes back to admin.conf
 * afterwards. Every machine gets the same files; which one runs init is read from the configuration that Cluster API
 * wrote, since a rebuilt first host is a join. The new manifest is moved into place, because the kubelet would read
 * a half-written or a second file in its folder.
 */
const credentialScript = `#!/bin/sh
set -eu
manifest=${manifest}
next=/etc/kubernetes/kube-vip.yaml.next
use() {
  sed "s#path: /etc/kubernetes/.*\\.conf#path: /etc/kubernetes/$1#" "$manifest" > "$next"
  chmod 0600 "$next"
  mv "$next" "$manifest"
}
case "$1" in
  before)
    if grep -q '^kind: InitConfiguration' /run/kubeadm/kubeadm.yaml; then use super-admin.conf; fi
    ;;
  after)
    if grep -q 'path: /etc/kubernetes/super-admin.conf' "$manifest"; then use admin.conf; fi
    ;;
esac
`;

/** Files and commands for kubeadmConfigSpec, and the manifest as a ClusterClass patch template. Pure. */
export function kubeVip(settings: KubeVipSettings): KubeVip {
  const env = [
    { name: "address", value: "{{ .endpoint.host }}" },
    { name: "port", value: "{{ .endpoint.port }}" },
    { name: "vip_arp", value: "true" },
    { name: "vip_subnet", value: settings.ipFamily === "IPv6" ? "128" : "32" },
    ...(settings.interface === undefined ? [] : [{ name: "vip_interface", value: settings.interface }]),
    { name: "cp_enable", value: "true" },
    { name: "cp_namespace", value: "kube-system" },
    { name: "svc_enable", value: "false" },
    { name: "vip_leaderelection", value: "true" },
    { name: "vip_leasename", value: "plndr-cp-lock" },
    { name: "vip_leaseduration", value: "15" },
    { name: "vip_renewdeadline", value: "10" },
    { name: "vip_retryperiod", value: "2" },
  ];
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-vip", namespace: "kube-system" },
    spec: {
      containers: [
        {
          name: "kube-vip",
          image: settings.image,
          imagePullPolicy: "IfNotPresent",
          args: ["manager"],
          env: [...env, { name: "vip_nodename", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { add: ["NET_ADMIN", "NET_RAW"], drop: ["ALL"] },
          },
          volumeMounts: [{ name: "kubeconfig", mountPath: "/etc/kubernetes/admin.conf", readOnly: true }],
        },
      ],
      // kube-vip asks the API server of its own machine, not the address it is about to take.
      hostAliases: [{ ip: "127.0.0.1", hostnames: ["kubernetes"] }],
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      // "File", not "FileOrCreate": an empty admin.conf made by the kubelet would stop kubeadm.
      volumes: [{ name: "kubeconfig", hostPath: { path: "/etc/kubernetes/admin.conf", type: "File" } }],
    },
  };
  const file = {
    path: manifest,
    owner: "root:root",
    permissions: "0600",
    content: stringify(pod, { lineWidth: 0 }),
  };
  return {
    manifestTemplate: stringify(file, { lineWidth: 0 }),
    files: [{ path: script, owner: "root:root", permissions: "0700", content: credentialScript }],
    preKubeadmCommands: [`sh ${script} before`],
    postKubeadmCommands: [`sh ${script} after`],
  };
}
