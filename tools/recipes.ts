import { kubernetesVersions, type ToolName, tools } from "../components/versions.ts";
import type { PathRule } from "./path-rule.ts";

/** How a tool is built from the pinned Go modules. Facts: facts/toolchain.md, "What builds". */
export interface GoBuild {
  /** Folder under tools/go. Tools of one folder are built by one `go build`. */
  readonly goModules: string;
  readonly package: string;
  readonly linkerFlags: string;
  /** Rough need of a cold build: sources, Go's build cache and the binary. */
  readonly diskMegabytes: number;
  /** A main of ours that embeds files of another module; they are copied beside it at build time. */
  readonly embeds?: {
    readonly module: string;
    readonly folder: string;
    /** JSON files; in those named true the field "version" is set to the build's version (without v). */
    readonly files: Readonly<Record<string, boolean>>;
  };
}

export interface ToolRecipe {
  readonly pathRule: PathRule;
  /** Arguments that make the tool print its version as the first x.y.z of its output; none = it cannot be asked. */
  readonly versionArguments?: readonly string[];
  readonly build?: GoBuild;
  /** A program of ours, below tools/standins, for when neither the real one nor its sources can be had. */
  readonly standIn?: string;
}

const [kubernetes] = kubernetesVersions;
const [, minor = ""] = kubernetes.split(".");

/** With the -X values kubectl, kubeadm and the API server know their version; the values are part of Go's cache key. */
const kubernetesFlags = `-s -w ${[`gitVersion=${kubernetes}`, "gitMajor=1", `gitMinor=${minor}`]
  .map((value) => `-X k8s.io/component-base/version.${value}`)
  .join(" ")}`;

const kubernetesBuild = (name: string): GoBuild => ({
  goModules: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
  linkerFlags: kubernetesFlags,
  diskMegabytes: 3_000,
});

const kwokBuild = (name: string): GoBuild => ({
  goModules: "kwok",
  package: `sigs.k8s.io/kwok/cmd/${name}`,
  linkerFlags: "-s -w",
  diskMegabytes: 1_500,
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
    build: {
      goModules: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      linkerFlags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${tools.pulumi.buildVersion}`,
      diskMegabytes: 3_000,
    },
  },
  "pulumi-language-nodejs": {
    pathRule: { kind: "beside", tool: "pulumi" },
    build: {
      goModules: "pulumi-language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      linkerFlags: "-s -w",
      diskMegabytes: 600,
    },
  },
  "pulumi-resource-kubernetes": {
    pathRule: { kind: "same-major", minimum: "v4.25.0" },
    build: {
      goModules: "pulumi-resource-kubernetes",
      package: ".",
      linkerFlags: `-s -w -X main.version=${tools["pulumi-resource-kubernetes"].buildVersion.slice(1)}`,
      diskMegabytes: 3_500,
      embeds: {
        module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
        folder: "cmd/pulumi-resource-kubernetes",
        files: { "schema.json": true, "terraform-mapping.json": false },
      },
    },
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
    build: {
      goModules: "etcd",
      package: "go.etcd.io/etcd/server/v3",
      linkerFlags: "-s -w",
      diskMegabytes: 700,
    },
  },
  "kube-apiserver": controlPlanePart("kube-apiserver"),
  "kube-controller-manager": controlPlanePart("kube-controller-manager"),
  "kube-scheduler": controlPlanePart("kube-scheduler"),
};
