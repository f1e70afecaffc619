/**
 * The one table of everything that comes from outside: release manifests, container images, command-line tools.
 *
 * Moving something is one edit here: its version. URLs follow from the version, and a hash belongs to exactly one
 * version (the key in `hashes` names it), so a moved version is unpinned until `npm run versions -- pin` has downloaded
 * it and written its sha256. A hash is never typed by hand and never invented: what has not been downloaded stays "".
 *
 * Pure data and types: anything may import this file, and it imports nothing.
 */

export type Platform = "linux-amd64" | "linux-arm64" | "darwin-amd64" | "darwin-arm64";

export type ManifestName =
  | "cert-manager"
  | "ironic-standalone-operator"
  | "baremetal-operator"
  | "cluster-api-core"
  | "cluster-api-bootstrap"
  | "cluster-api-control-plane"
  | "capm3"
  | "ipam";

export type ImageName =
  | "kube-vip"
  | "nginx"
  | "image-writer"
  | "node-image-base"
  | "image-builder"
  | "ironic"
  | "ipa-downloader"
  | "keepalived"
  | "redfish-emulator"
  | "redfish-emulator-base";

export type ToolName =
  | "pulumi"
  | "pulumi-language-nodejs"
  | "pulumi-resource-kubernetes"
  | "pulumi-resource-command"
  | "kubectl"
  | "kwok"
  | "kwokctl"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubeadm"
  | "kubelet"
  | "kube-proxy"
  | "coredns"
  | "kustomize"
  | "baremetal-operator"
  | "cluster-api-core"
  | "cluster-api-bootstrap"
  | "cluster-api-control-plane"
  | "cluster-api-provider-metal3"
  | "ip-address-manager"
  | "clusterctl";

/**
 * How much of what the pinned Go modules hold is wanted: namespaces and custom resource definitions, or everything that
 * a release has (controllers, their permissions, webhooks and certificates).
 */
export type ModuleScope = "definitions" | "complete";

/** A release manifest: one YAML file on a project's release page. */
export interface ManifestRecord {
  readonly name: ManifestName;
  readonly version: string;
  readonly url: string;
  /** Hex sha256 of the file at `url`; "" = not pinned yet. */
  readonly sha256: string;
  /** What is missing when the objects come from the pinned Go modules instead of the release; "" = nothing. */
  readonly moduleNotes: Readonly<Record<ModuleScope, string>>;
}

/** A container image. `digest` is "sha256:<hex>" of the manifest list, "" = not pinned yet. */
export interface ImageRecord {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** A public file to download. */
export interface PublicFile {
  /** `name@version/platform`: its key in the table of hashes. */
  readonly key: string;
  readonly url: string;
  /** Hex sha256; "" = not pinned yet. */
  readonly sha256: string;
}

/** A command-line tool. How to build it and which version on PATH will do is said in tools/recipes.ts. */
export interface ToolRecord {
  readonly name: ToolName;
  /** Of the public release. */
  readonly version: string;
  /** Of what can be built from the pinned Go modules under tools/go; it differs where the newest is not served. */
  readonly buildVersion: string;
  readonly files: Readonly<Partial<Record<Platform, PublicFile>>>;
}

/** Kubernetes versions the lab knows, oldest first: the first is the infra cluster's in the sim. */
export const kubernetesVersions = ["v1.34.3", "v1.35.4"] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];

/** Written by `npm run versions -- pin`, one line for each public file and image. */
const hashes: Readonly<Record<string, string>> = {};

const hash = (key: string): string => hashes[key] ?? "";

function manifest(
  name: ManifestName,
  version: string,
  file: string,
  moduleNotes: ManifestRecord["moduleNotes"],
): ManifestRecord {
  const url = `https://github.com/${file.replace("{version}", version)}`;
  return { name, version, url, sha256: hash(`${name}@${version}`), moduleNotes };
}

const definitions = "custom resource definitions and the namespace; no Deployment, RBAC or webhooks";

/** The module holds its project's kustomization, of which the release is made. */
const everything = { definitions, complete: "" };
/** The modules that are served hold no more. */
const never = (note: string) => ({ definitions: note, complete: note });

export const manifests: Readonly<Record<ManifestName, ManifestRecord>> = {
  "cert-manager": manifest(
    "cert-manager",
    "v1.21.1",
    "cert-manager/cert-manager/releases/download/{version}/cert-manager.yaml",
    never(definitions),
  ),
  "ironic-standalone-operator": manifest(
    "ironic-standalone-operator",
    "v0.11.0",
    "metal3-io/ironic-standalone-operator/releases/download/{version}/install.yaml",
    never(`${definitions}; the definition is made from the api module v0.10.0, the newest that is served`),
  ),
  "baremetal-operator": manifest(
    "baremetal-operator",
    "v0.13.2",
    "metal3-io/baremetal-operator/releases/download/{version}/baremetal-operator.yaml",
    everything,
  ),
  "cluster-api-core": manifest(
    "cluster-api-core",
    "v1.13.5",
    "kubernetes-sigs/cluster-api/releases/download/{version}/core-components.yaml",
    everything,
  ),
  "cluster-api-bootstrap": manifest(
    "cluster-api-bootstrap",
    "v1.13.5",
    "kubernetes-sigs/cluster-api/releases/download/{version}/bootstrap-components.yaml",
    everything,
  ),
  "cluster-api-control-plane": manifest(
    "cluster-api-control-plane",
    "v1.13.5",
    "kubernetes-sigs/cluster-api/releases/download/{version}/control-plane-components.yaml",
    everything,
  ),
  capm3: manifest(
    "capm3",
    "v1.13.2",
    "metal3-io/cluster-api-provider-metal3/releases/download/{version}/infrastructure-components.yaml",
    everything,
  ),
  ipam: manifest(
    "ipam",
    "v1.13.2",
    "metal3-io/ip-address-manager/releases/download/{version}/ipam-components.yaml",
    everything,
  ),
};

const image = (repository: string, tag: string): ImageRecord => ({
  repository,
  tag,
  digest: hash(`${repository}:${tag}`),
});

export const images: Readonly<Record<ImageName, ImageRecord>> = {
  "kube-vip": image("ghcr.io/kube-vip/kube-vip", "v1.2.3"),
  nginx: image("docker.io/nginxinc/nginx-unprivileged", "1.28-alpine"),
  // Runs the short-lived writer of the image server's volume: any Node from 22.18 on.
  "image-writer": image("docker.io/library/node", "22-bookworm-slim"),
  // What node images are built on, and what makes disk images of them (nodeImage.build.maker: image-builder).
  "node-image-base": image("quay.io/fedora/fedora-bootc", "44"),
  "image-builder": image("quay.io/centos-bootc/bootc-image-builder", "latest"),
  ironic: image("quay.io/metal3-io/ironic", "release-38.0"),
  "ipa-downloader": image("quay.io/metal3-io/ironic-ipa-downloader", "latest"),
  keepalived: image("quay.io/metal3-io/keepalived", "latest"),
  // No registry holds it. `emulator.build` builds it, with another tag; this one is what a person builds from emulator/Containerfile.
  "redfish-emulator": image("localhost/edge-lab/redfish-emulator", "0.1.0"),
  "redfish-emulator-base": image("docker.io/library/node", "22-bookworm-slim"),
};

type UrlOf = (version: string, os: string, arch: string) => string;

const everyPlatform: readonly Platform[] = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];
const linuxOnly: readonly Platform[] = ["linux-amd64", "linux-arm64"];

/** `artefact` names the downloaded file: tools that come in one archive share it, and so its hash. */
function tool(
  name: ToolName,
  versions: { readonly release: string; readonly build?: string; readonly artefact?: string },
  url: UrlOf,
  platforms: readonly Platform[] = everyPlatform,
): ToolRecord {
  const files: Partial<Record<Platform, PublicFile>> = {};
  for (const platform of platforms) {
    const [os = "", arch = ""] = platform.split("-");
    const key = `${versions.artefact ?? name}@${versions.release}/${platform}`;
    files[platform] = { key, url: url(versions.release, os, arch), sha256: hash(key) };
  }
  return { name, version: versions.release, buildVersion: versions.build ?? versions.release, files };
}

const pulumiArchive: UrlOf = (version, os, arch) =>
  `https://github.com/pulumi/pulumi/releases/download/${version}/pulumi-${version}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;

const pulumiPlugin =
  (name: string): UrlOf =>
  (version, os, arch) =>
    `https://github.com/pulumi/pulumi-${name}/releases/download/${version}/pulumi-resource-${name}-${version}-${os}-${arch}.tar.gz`;

const kubernetesBinary =
  (name: string): UrlOf =>
  (version, os, arch) =>
    `https://dl.k8s.io/release/${version}/bin/${os}/${arch}/${name}`;

const kwokBinary =
  (name: string): UrlOf =>
  (version, os, arch) =>
    `https://github.com/kubernetes-sigs/kwok/releases/download/${version}/${name}-${os}-${arch}`;

/** A controller whose project publishes images only: it can be built, or be on PATH. */
const built = (name: ToolName, manifest: ManifestName): ToolRecord =>
  tool(name, { release: manifests[manifest].version }, () => "", []);

const kubernetesTool = (name: ToolName, version: KubernetesVersion, platforms = everyPlatform) =>
  tool(name, { release: version }, kubernetesBinary(name), platforms);

/** The programs of one Kubernetes version. */
export const kubernetesTools = (version: KubernetesVersion) =>
  ({
    kubectl: kubernetesTool("kubectl", version),
    "kube-apiserver": kubernetesTool("kube-apiserver", version, linuxOnly),
    "kube-controller-manager": kubernetesTool("kube-controller-manager", version, linuxOnly),
    "kube-scheduler": kubernetesTool("kube-scheduler", version, linuxOnly),
    kubeadm: kubernetesTool("kubeadm", version, linuxOnly),
    kubelet: kubernetesTool("kubelet", version, linuxOnly),
    "kube-proxy": kubernetesTool("kube-proxy", version, linuxOnly),
  }) satisfies Partial<Record<ToolName, ToolRecord>>;

export const tools: Readonly<Record<ToolName, ToolRecord>> = {
  pulumi: tool("pulumi", { release: "v3.259.0" }, pulumiArchive),
  // In the same archive as pulumi. The last Go module that holds it is sdk v3.68.0.
  "pulumi-language-nodejs": tool(
    "pulumi-language-nodejs",
    { release: "v3.259.0", build: "v3.68.0", artefact: "pulumi" },
    pulumiArchive,
  ),
  // The newest module that is served is the commit of January 2026, 4.25.
  "pulumi-resource-kubernetes": tool(
    "pulumi-resource-kubernetes",
    { release: "v4.34.2", build: "v4.25.0" },
    pulumiPlugin("kubernetes"),
  ),
  // Its module is not served; instead of a build there is a stand-in, tools/standins/pulumi-resource-command.
  "pulumi-resource-command": tool("pulumi-resource-command", { release: "v1.2.1" }, pulumiPlugin("command")),
  ...kubernetesTools(kubernetesVersions[0]),
  kwok: tool("kwok", { release: "v0.7.0" }, kwokBinary("kwok")),
  kwokctl: tool("kwokctl", { release: "v0.7.0" }, kwokBinary("kwokctl")),
  etcd: tool(
    "etcd",
    { release: "v3.6.16" },
    (version, os, arch) =>
      `https://github.com/etcd-io/etcd/releases/download/${version}/etcd-${version}-${os}-${arch}.tar.gz`,
    linuxOnly,
  ),
  // The DNS of the node that tests/node runs; a k3s has its own.
  coredns: tool(
    "coredns",
    { release: "v1.14.6" },
    (version, os, arch) =>
      `https://github.com/coredns/coredns/releases/download/${version}/coredns_${version.slice(1)}_${os}_${arch}.tgz`,
    linuxOnly,
  ),
  kustomize: tool(
    "kustomize",
    { release: "v5.8.1" },
    (version, os, arch) =>
      `https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2F${version}/kustomize_${version}_${os}_${arch}.tar.gz`,
  ),
  "baremetal-operator": built("baremetal-operator", "baremetal-operator"),
  "cluster-api-core": built("cluster-api-core", "cluster-api-core"),
  "cluster-api-bootstrap": built("cluster-api-bootstrap", "cluster-api-bootstrap"),
  "cluster-api-control-plane": built("cluster-api-control-plane", "cluster-api-control-plane"),
  "cluster-api-provider-metal3": built("cluster-api-provider-metal3", "capm3"),
  "ip-address-manager": built("ip-address-manager", "ipam"),
  clusterctl: tool(
    "clusterctl",
    { release: manifests["cluster-api-core"].version },
    (version, os, arch) =>
      `https://github.com/kubernetes-sigs/cluster-api/releases/download/${version}/clusterctl-${os}-${arch}`,
  ),
};
