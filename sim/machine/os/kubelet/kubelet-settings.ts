import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Taint } from "./kubernetes-types.ts";

/** Where kubeadm and a kubelet meet (kubeadm's kubelet-start phase and its systemd drop-in). */
export const kubeletFiles = {
  config: "/var/lib/kubelet/config.yaml",
  flags: "/var/lib/kubelet/kubeadm-flags.env",
  kubeconfig: "/etc/kubernetes/kubelet.conf",
  bootstrapKubeconfig: "/etc/kubernetes/bootstrap-kubelet.conf",
  pki: "/var/lib/kubelet/pki",
} as const;

/** What of its configuration the stand-in follows. */
export interface KubeletSettings {
  readonly nodeName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly providerId?: string;
  readonly staticPodPath: string;
  readonly healthzPort: number;
}

interface KubeletConfiguration {
  readonly staticPodPath?: string;
  readonly healthzPort?: number;
  readonly registerWithTaints?: readonly Taint[];
  readonly providerID?: string;
}

/**
 * The kubelet's configuration (kubelet.config.k8s.io/v1beta1) and its flags as one, or undefined while the flags are not
 * written: kubeadm writes them after the configuration and before it starts the kubelet, and a node that registered in
 * between would lack its labels for ever. Pure.
 * @param flagsFile text of kubeadm-flags.env, `KUBELET_KUBEADM_ARGS="--a=b --c=d"`.
 */
export function kubeletSettings(
  configFile: string,
  flagsFile: string,
  hostName: string,
): KubeletSettings | undefined {
  const line = /^KUBELET_KUBEADM_ARGS=(".*"|[^"\s].*)$/m.exec(flagsFile)?.[1];
  if (line === undefined) return undefined;
  const config = (parse(configFile) ?? {}) as KubeletConfiguration;
  const flags = new Map<string, string>();
  for (const word of line
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .split(/\s+/)) {
    const flag = /^--?([\w-]+)=(.*)$/.exec(word);
    if (flag?.[1] !== undefined) flags.set(flag[1], (flag[2] ?? "").replaceAll(/['"\\]/g, ""));
  }
  const list = (name: string) => (flags.get(name) ?? "").split(",").filter((item) => item !== "");
  const providerId = flags.get("provider-id") ?? config.providerID;
  return {
    nodeName: (flags.get("hostname-override") || hostName).toLowerCase(),
    labels: Object.fromEntries(
      list("node-labels").map((label) => {
        const [key = "", value = ""] = label.split("=");
        return [key, value];
      }),
    ),
    taints: [...list("register-with-taints").map(taint), ...(config.registerWithTaints ?? [])],
    ...(providerId ? { providerId } : {}),
    staticPodPath: config.staticPodPath ?? "",
    healthzPort: config.healthzPort ?? 10_248,
  };
}

/** The settings in this machine's files, or undefined while kubeadm has not written them: a kubelet fails until then. */
export function readKubeletSettings(hostName: string): KubeletSettings | undefined {
  if (!existsSync(kubeletFiles.config)) return undefined;
  const flags = existsSync(kubeletFiles.flags) ? readFileSync(kubeletFiles.flags, "utf8") : "";
  return kubeletSettings(readFileSync(kubeletFiles.config, "utf8"), flags, hostName);
}

/** key[=value]:effect */
function taint(text: string): Taint {
  const at = text.lastIndexOf(":");
  const [key = "", value] = text.slice(0, at).split("=");
  return { key, ...(value === undefined ? {} : { value }), effect: text.slice(at + 1) };
}
