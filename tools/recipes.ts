import { type KubernetesVersion, kubernetesVersions, type ToolName } from "../components/versions.ts";
import type { PathRule } from "./path-rule.ts";
import { ToolError } from "./tool-error.ts";

/** How a tool is built from the pinned Go modules. */
export interface GoBuild {
  /** Folder under tools/go. */
  readonly goModules: string;
  readonly package: string;
  readonly linkerFlags: string;
  /** Rough need of a cold build: sources, Go's build cache and the binary. */
  readonly diskMegabytes: number;
  /** Sources of ours that need files of another module beside them; they are copied there at build time. */
  readonly embeds?: {
    readonly module: string;
    readonly folder: string;
    readonly files: Readonly<Record<string, EmbeddedFile>>;
  };
}

/** How a file is copied: as it is; JSON with the field "version" set to the build's version (without v); or one text replaced. */
export type EmbeddedFile = "as-is" | "with-version" | { readonly replace: string; readonly by: string };

export interface ToolRecipe {
  readonly pathRule: PathRule;
  /** Arguments that make the tool print its version as the first x.y.z of its output; none = it cannot be asked. */
  readonly versionArguments?: readonly string[];
  /** @param version of what is built, as ToolRecord.buildVersion says: it decides flags and, for Kubernetes, the modules. */
  readonly build?: (version: string) => GoBuild;
  /** A program of ours, below tools/standins, for when neither the real one nor its sources can be had. */
  readonly standIn?: string;
}

/** Variables that `-X` sets so that a program knows its version; the values are part of Go's cache key. */
function versionFlags(variables: string, version: string): string {
  const [major = "", minor = ""] = version.slice(1).split(".");
  return [`gitVersion=${version}`, `gitMajor=${major}`, `gitMinor=${minor}`]
    .map((value) => `-X ${variables}.${value}`)
    .join(" ");
}

/** One module folder per minor: each pins the k8s.io modules of its own version by replaces. */
const kubernetesModules: Readonly<Record<KubernetesVersion, string>> = {
  "v1.34.3": "kubernetes",
  "v1.35.4": "kubernetes-1.35",
};

const kubernetesBuild =
  (name: string) =>
  (version: string): GoBuild => {
    const known = kubernetesVersions.find((candidate) => candidate === version);
    if (known === undefined) throw unknownKubernetes(version);
    return {
      goModules: kubernetesModules[known],
      package: `k8s.io/kubernetes/cmd/${name}`,
      linkerFlags: `-s -w ${versionFlags("k8s.io/component-base/version", version)}`,
      diskMegabytes: 3_000,
    };
  };

const simpleBuild = (goModules: string, path: string, diskMegabytes: number) => (): GoBuild => ({
  goModules,
  package: path,
  linkerFlags: "-s -w",
  diskMegabytes,
});

const kwokBuild = (name: string) => simpleBuild("kwok", `sigs.k8s.io/kwok/cmd/${name}`, 1_500);

/** A controller of Metal3: it tells nobody its version, so none is taken from PATH. */
const metal3Manager = (name: string): ToolRecipe => ({
  pathRule: { kind: "same-minor" },
  build: simpleBuild("metal3", `github.com/metal3-io/${name}`, 2_500),
});

/** A program of Cluster API. @param folder below the module's root; "" = the root. */
const clusterApiBuild =
  (folder: string) =>
  (version: string): GoBuild => ({
    goModules: "metal3",
    package: `sigs.k8s.io/cluster-api${folder}`,
    linkerFlags: `-s -w ${versionFlags("sigs.k8s.io/cluster-api/version", version)}`,
    diskMegabytes: 2_500,
  });

const clusterApiManager = (folder: string): ToolRecipe => ({
  pathRule: { kind: "same-minor" },
  build: clusterApiBuild(folder),
});

const controlPlanePart = (name: string): ToolRecipe => ({
  pathRule: { kind: "same-minor" },
  versionArguments: ["--version"],
  build: kubernetesBuild(name),
});

export const recipes: Readonly<Record<ToolName, ToolRecipe>> = {
  pulumi: {
    // The minimum is the engine that this repository is tested with.
    pathRule: { kind: "same-major", minimum: "v3.259.0" },
    versionArguments: ["version"],
    build: (version) => ({
      goModules: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      linkerFlags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
      diskMegabytes: 3_000,
    }),
  },
  "pulumi-language-nodejs": {
    pathRule: { kind: "beside", tool: "pulumi" },
    build: () => ({
      goModules: "pulumi-language-nodejs",
      package: ".",
      linkerFlags: "-s -w",
      diskMegabytes: 600,
      embeds: {
        module: "github.com/pulumi/pulumi/sdk/v3",
        folder: "nodejs/cmd/pulumi-language-nodejs",
        files: {
          // It cannot run plugins, and a policy pack is one: run_plugin.go does.
          "main.go": {
            replace: 'return errors.New("not supported")',
            by: "return runPlugin(req, server)",
          },
          "proxy.go": "as-is",
          "proxy_unix.go": "as-is",
          "proxy_windows.go": "as-is",
        },
      },
    }),
  },
  "pulumi-resource-kubernetes": {
    pathRule: { kind: "same-major", minimum: "v4.25.0" },
    build: (version) => ({
      goModules: "pulumi-resource-kubernetes",
      package: ".",
      linkerFlags: `-s -w -X main.version=${version.slice(1)}`,
      diskMegabytes: 3_500,
      embeds: {
        module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
        folder: "cmd/pulumi-resource-kubernetes",
        files: { "schema.json": "with-version", "terraform-mapping.json": "as-is" },
      },
    }),
  },
  "pulumi-resource-command": {
    pathRule: { kind: "same-major", minimum: "v1.1.0" },
    standIn: "pulumi-resource-command",
  },
  kubectl: {
    // Kubernetes promises that kubectl works with an API server one minor older or newer.
    pathRule: { kind: "within-minors", distance: 1 },
    versionArguments: ["version", "--client", "--output=json"],
    build: kubernetesBuild("kubectl"),
  },
  kwok: { pathRule: { kind: "same-minor" }, versionArguments: ["--version"], build: kwokBuild("kwok") },
  kwokctl: { pathRule: { kind: "same-minor" }, versionArguments: ["--version"], build: kwokBuild("kwokctl") },
  etcd: {
    pathRule: { kind: "same-minor" },
    versionArguments: ["--version"],
    build: simpleBuild("etcd", "go.etcd.io/etcd/server/v3", 700),
  },
  "kube-apiserver": controlPlanePart("kube-apiserver"),
  "kube-controller-manager": controlPlanePart("kube-controller-manager"),
  "kube-scheduler": controlPlanePart("kube-scheduler"),
  kubeadm: {
    pathRule: { kind: "same-minor" },
    versionArguments: ["version", "--output=short"],
    build: kubernetesBuild("kubeadm"),
  },
  kubelet: {
    pathRule: { kind: "same-minor" },
    versionArguments: ["--version"],
    build: kubernetesBuild("kubelet"),
  },
  "kube-proxy": controlPlanePart("kube-proxy"),
  coredns: {
    pathRule: { kind: "same-minor" },
    versionArguments: ["-version"],
    build: simpleBuild("coredns", ".", 1_500),
  },
  kustomize: {
    pathRule: { kind: "same-minor" },
    versionArguments: ["version"],
    build: simpleBuild("kustomize", "sigs.k8s.io/kustomize/kustomize/v5", 300),
  },
  "baremetal-operator": metal3Manager("baremetal-operator"),
  "cluster-api-provider-metal3": metal3Manager("cluster-api-provider-metal3"),
  "ip-address-manager": metal3Manager("ip-address-manager"),
  "cluster-api-core": clusterApiManager(""),
  "cluster-api-bootstrap": clusterApiManager("/bootstrap/kubeadm"),
  "cluster-api-control-plane": clusterApiManager("/controlplane/kubeadm"),
  clusterctl: {
    pathRule: { kind: "same-minor" },
    versionArguments: ["version", "--output=short"],
    build: clusterApiBuild("/cmd/clusterctl"),
  },
};

function unknownKubernetes(version: string): ToolError {
  return new ToolError(
    "bad-option",
    `Kubernetes ${version} is not one that can be built here`,
    `Known: ${kubernetesVersions.join(", ")} (components/versions.ts).`,
  );
}
