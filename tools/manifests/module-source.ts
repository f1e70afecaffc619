import type { ManifestName } from "../../components/versions.ts";

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
}

const clusterApi = { goModules: "metal3", module: "sigs.k8s.io/cluster-api" } as const;
const manager = { "control-plane": "controller-manager" } as const;
const provider = (name: string) => ({ "cluster.x-k8s.io/provider": name });

/** In the order of installation. Facts: facts/flight-simulator.md part 2, facts/metal3-capi.md part 1. */
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
  },
  {
    ...clusterApi,
    name: "cluster-api-core",
    folder: "config/crd",
    layout: "kustomization",
    namespace: "capi-system",
    namespaceLabels: manager,
    labels: provider("cluster-api"),
  },
  {
    ...clusterApi,
    name: "cluster-api-bootstrap",
    folder: "bootstrap/kubeadm/config/crd",
    layout: "kustomization",
    namespace: "capi-kubeadm-bootstrap-system",
    namespaceLabels: manager,
    labels: provider("bootstrap-kubeadm"),
  },
  {
    ...clusterApi,
    name: "cluster-api-control-plane",
    folder: "controlplane/kubeadm/config/crd",
    layout: "kustomization",
    namespace: "capi-kubeadm-control-plane-system",
    namespaceLabels: manager,
    labels: provider("control-plane-kubeadm"),
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
  },
];
