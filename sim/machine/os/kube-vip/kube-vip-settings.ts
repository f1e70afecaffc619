import type { Container, Pod } from "../kubelet/kubernetes-types.ts";

/** What kube-vip's manifest asks for, as far as it is played: the control plane's address, by ARP and leader election. */
export interface KubeVipSettings {
  readonly address: string;
  readonly prefix: number;
  readonly port: number;
  readonly interface: string;
  readonly leaseNamespace: string;
  readonly leaseName: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  /** On the machine: the file that the manifest mounts as kube-vip's kubeconfig. */
  readonly kubeconfig: string;
}

/**
 * Reads kube-vip's environment (kube-vip.io/docs/installation/flags); undefined when the container is no kube-vip or
 * holds no control-plane address. Pure.
 */
export function kubeVipSettings(container: Container, pod: Pod): KubeVipSettings | undefined {
  if (!/(^|\/)kube-vip(-iptables)?([:@]|$)/.test(container.image ?? "")) return undefined;
  const env = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? ""]));
  const address = env.get("address") ?? env.get("vip_address");
  if (!address || env.get("cp_enable") !== "true") return undefined;
  const seconds = (name: string, fallback: number) => (Number(env.get(name)) || fallback) * 1_000;
  const mount = container.volumeMounts?.find(({ mountPath }) =>
    /^\/etc\/kubernetes\/.*\.conf$/.test(mountPath),
  );
  const volume = pod.spec.volumes?.find(({ name }) => name === mount?.name);
  return {
    address,
    prefix: Number(env.get("vip_subnet") ?? env.get("vip_cidr")) || (address.includes(":") ? 128 : 32),
    port: Number(env.get("port")) || 6443,
    interface: env.get("vip_interface") || "eth0",
    leaseNamespace: env.get("cp_namespace") || "kube-system",
    leaseName: env.get("vip_leasename") || "plndr-cp-lock",
    leaseDurationMs: seconds("vip_leaseduration", 5),
    renewDeadlineMs: seconds("vip_renewdeadline", 3),
    retryPeriodMs: seconds("vip_retryperiod", 1),
    kubeconfig: volume?.hostPath?.path ?? "/etc/kubernetes/admin.conf",
  };
}
