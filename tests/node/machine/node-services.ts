import { join } from "node:path";
import type { NodeSettings } from "./node-settings.ts";
import { nodePaths } from "./node-settings.ts";

/** Paths of the programs that make a node. */
export type NodePrograms = Readonly<Record<(typeof nodeProgramNames)[number], string>>;

export const nodeProgramNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubeadm",
  "kubectl",
  "coredns",
] as const;

/** A program that runs as long as the node does. */
export interface NodeService {
  readonly name: string;
  readonly argv: readonly string[];
}

/** What runs on a node beside its pods: containerd and a control plane, with kubeadm's flags. Pure. */
export function nodeServices(settings: NodeSettings, programs: NodePrograms): readonly NodeService[] {
  const paths = nodePaths(settings);
  const pki = (name: string): string => join(paths.pki, name);
  const kubeconfig = (name: string): string => join(paths.kubeconfigs, `${name}.conf`);
  const configuration = (name: string): string => join(paths.configuration, name);
  const service = (name: keyof NodePrograms, flags: Readonly<Record<string, string>>): NodeService => ({
    name,
    argv: [programs[name], ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
  });
  return [
    { name: "containerd", argv: ["containerd", "--config", configuration("containerd.toml")] },
    service("etcd", {
      "data-dir": "/var/lib/etcd",
      "listen-client-urls": "http://127.0.0.1:2379",
      "advertise-client-urls": "http://127.0.0.1:2379",
      "listen-peer-urls": "http://127.0.0.1:2380",
    }),
    service("kube-apiserver", {
      "advertise-address": settings.nodeAddress,
      "allow-privileged": "true",
      "authorization-mode": "Node,RBAC",
      "client-ca-file": pki("ca.crt"),
      "enable-admission-plugins": "NodeRestriction",
      "etcd-servers": "http://127.0.0.1:2379",
      "kubelet-client-certificate": pki("apiserver-kubelet-client.crt"),
      "kubelet-client-key": pki("apiserver-kubelet-client.key"),
      "kubelet-preferred-address-types": "InternalIP",
      "proxy-client-cert-file": pki("front-proxy-client.crt"),
      "proxy-client-key-file": pki("front-proxy-client.key"),
      "requestheader-allowed-names": "front-proxy-client",
      "requestheader-client-ca-file": pki("front-proxy-ca.crt"),
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-username-headers": "X-Remote-User",
      "secure-port": "6443",
      "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
      "service-account-key-file": pki("sa.pub"),
      "service-account-signing-key-file": pki("sa.key"),
      "service-cluster-ip-range": settings.serviceNetwork,
      "tls-cert-file": pki("apiserver.crt"),
      "tls-private-key-file": pki("apiserver.key"),
    }),
    service("kube-controller-manager", {
      kubeconfig: kubeconfig("controller-manager"),
      "authentication-kubeconfig": kubeconfig("controller-manager"),
      "authorization-kubeconfig": kubeconfig("controller-manager"),
      "bind-address": "127.0.0.1",
      "client-ca-file": pki("ca.crt"),
      "cluster-signing-cert-file": pki("ca.crt"),
      "cluster-signing-key-file": pki("ca.key"),
      controllers: "*,bootstrapsigner,tokencleaner",
      "leader-elect": "false",
      "requestheader-client-ca-file": pki("front-proxy-ca.crt"),
      "root-ca-file": pki("ca.crt"),
      "service-account-private-key-file": pki("sa.key"),
      "use-service-account-credentials": "true",
    }),
    service("kube-scheduler", {
      kubeconfig: kubeconfig("scheduler"),
      "authentication-kubeconfig": kubeconfig("scheduler"),
      "authorization-kubeconfig": kubeconfig("scheduler"),
      "bind-address": "127.0.0.1",
      "leader-elect": "false",
    }),
    service("kubelet", {
      config: configuration("kubelet.yaml"),
      kubeconfig: kubeconfig("kubelet"),
      "hostname-override": settings.name,
      "node-ip": settings.nodeAddress,
      "root-dir": "/var/lib/kubelet",
      "cert-dir": "/var/lib/kubelet/pki",
    }),
    service("kube-proxy", {
      config: configuration("kube-proxy.yaml"),
      "hostname-override": settings.name,
    }),
  ];
}
