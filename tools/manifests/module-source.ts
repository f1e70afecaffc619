import type { ManifestName } from "../../components/versions.ts";

/** How a project makes its release manifest out of its sources (its Makefile's `release-manifests`). */
export interface ReleaseKustomization {
  /** Folder inside the module that holds all that the kustomization refers to. */
  readonly root: string;
  /** Below `root`; what `kustomize build` is run on. */
  readonly entry: string;
  /** The image as the sources name it, without tag, and as the release does; the tag is the release's version. */
  readonly image: { readonly source: string; readonly release: string };
}

/** Where the custom resource definitions of one release manifest lie in the pinned Go modules. */
export interface ModuleSource {
  readonly name: ManifestName;
  /** Folder under tools/go whose go.mod pins the module. */
  readonly goModules: string;
  readonly module: string;
  /** Folder inside the module: one with a kustomization.yaml that lists them, or just the files. */
  readonly folder: string;
  readonly layout: "kustomization" | "files" | "go-types";
  readonly namespace: string;
  /** As the release's own kustomization puts them on the namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** What the release's outermost kustomization puts on every object. */
  readonly labels: Readonly<Record<string, string>>;
  /** Absent where the modules that are served hold nothing but definitions. */
  readonly release?: ReleaseKustomization;
}

const clusterApi = { goModules: "metal3", module: "sigs.k8s.io/cluster-api" } as const;
const manager = { "control-plane": "controller-manager" } as const;
/** Sources name the staging registry, releases the public one. */
const clusterApiRelease = (root: string, image: string): ReleaseKustomization => ({
  root,
  entry: "default",
  image: {
    source: `gcr.io/k8s-staging-cluster-api/${image}`,
    release: `registry.k8s.io/cluster-api/${image}`,
  },
});
const metal3Release = (image: string, entry: string): ReleaseKustomization => ({
  root: "config",
  entry,
  image: { source: `quay.io/metal3-io/${image}`, release: `quay.io/metal3-io/${image}` },
});
const provider = (name: string) => ({ "cluster.x-k8s.io/provider": name });

/** In the order of installation. */
export const moduleSources: readonly ModuleSource[] = [
  {
    name: "cert-manager",
    goModules: "cert-manager",
    module: "github.com/cert-manager/cert-manager",
    folder: "deploy/crds",
    layout: "files",
    namespace: "cert-manager",
    namespaceLabels: {},
    labels: { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/instance": "cert-manager" },
  },
  {
    name: "ironic-standalone-operator",
    goModules: "controller-gen",
    module: "github.com/metal3-io/ironic-standalone-operator/api",
    folder: "v1alpha1",
    layout: "go-types",
    namespace: "ironic-standalone-operator-system",
    namespaceLabels: manager,
    labels: {},
  },
  {
    name: "baremetal-operator",
    goModules: "metal3",
    module: "github.com/metal3-io/baremetal-operator",
    folder: "config/base/crds",
    layout: "kustomization",
    namespace: "baremetal-operator-system",
    namespaceLabels: manager,
    labels: {},
    release: metal3Release("baremetal-operator", "."),
  },
  {
    ...clusterApi,
    name: "cluster-api-core",
    folder: "config/crd",
    layout: "kustomization",
    namespace: "capi-system",
    namespaceLabels: manager,
    labels: provider("cluster-api"),
    release: clusterApiRelease("config", "cluster-api-controller"),
  },
  {
    ...clusterApi,
    name: "cluster-api-bootstrap",
    folder: "bootstrap/kubeadm/config/crd",
    layout: "kustomization",
    namespace: "capi-kubeadm-bootstrap-system",
    namespaceLabels: manager,
    labels: provider("bootstrap-kubeadm"),
    release: clusterApiRelease("bootstrap/kubeadm/config", "kubeadm-bootstrap-controller"),
  },
  {
    ...clusterApi,
    name: "cluster-api-control-plane",
    folder: "controlplane/kubeadm/config/crd",
    layout: "kustomization",
    namespace: "capi-kubeadm-control-plane-system",
    namespaceLabels: manager,
    labels: provider("control-plane-kubeadm"),
    release: clusterApiRelease("controlplane/kubeadm/config", "kubeadm-control-plane-controller"),
  },
  {
    name: "ipam",
    goModules: "metal3",
    module: "github.com/metal3-io/ip-address-manager",
    folder: "config/crd",
    layout: "kustomization",
    namespace: "metal3-ipam-system",
    namespaceLabels: manager,
    labels: provider("ipam-metal3"),
    release: metal3Release("ip-address-manager", "default"),
  },
  {
    name: "capm3",
    goModules: "metal3",
    module: "github.com/metal3-io/cluster-api-provider-metal3",
    folder: "config/crd",
    layout: "kustomization",
    namespace: "capm3-system",
    namespaceLabels: { "pod-security.kubernetes.io/enforce": "restricted" },
    labels: provider("infrastructure-metal3"),
    release: metal3Release("cluster-api-provider-metal3", "default"),
  },
];
