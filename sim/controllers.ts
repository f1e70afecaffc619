import type { ControllerFlags, KnownImage } from "./standins/pods/known-image.ts";

/** Names of the controllers' tools. */
export type ControllerTool = keyof typeof CONTROLLERS;

/** Flags of Cluster API's managers and of those made like them (cluster-api, util/flags; each project's main.go). */
const clusterApi: ControllerFlags = {
  listen: { "--health-addr": ":9440", "--diagnostics-address": ":8443" },
  webhookPort: ["--webhook-port", 9443],
  certificates: ["--webhook-cert-dir", "/tmp/k8s-webhook-server/serving-certs"],
  leaderElection: "--leader-elect",
};

/** baremetal-operator, main.go. It takes the namespace of its leader election from its environment. */
const bareMetalOperator: ControllerFlags = {
  listen: { "--health-addr": ":9440", "--metrics-addr": ":8443" },
  webhookPort: ["--webhook-port", 9443],
  asksIronic: true,
};

/** The image that a release manifest names for each controller, and how the program in it is used. */
const CONTROLLERS = {
  "baremetal-operator": ["quay.io/metal3-io/baremetal-operator", bareMetalOperator],
  "cluster-api-core": ["registry.k8s.io/cluster-api/cluster-api-controller", clusterApi],
  "cluster-api-bootstrap": ["registry.k8s.io/cluster-api/kubeadm-bootstrap-controller", clusterApi],
  "cluster-api-control-plane": ["registry.k8s.io/cluster-api/kubeadm-control-plane-controller", clusterApi],
  "cluster-api-provider-metal3": ["quay.io/metal3-io/cluster-api-provider-metal3", clusterApi],
  "ip-address-manager": ["quay.io/metal3-io/ip-address-manager", clusterApi],
} as const satisfies Readonly<Record<string, readonly [repository: string, flags: ControllerFlags]>>;

export const controllerTools = Object.keys(CONTROLLERS) as readonly ControllerTool[];

/** The controllers' images for the pod runner, each with the program that was found or built for it. */
export function controllerImages(programs: Readonly<Record<ControllerTool, string>>): KnownImage[] {
  return controllerTools.map((tool) => {
    const [repository, controller] = CONTROLLERS[tool];
    // The path names the version.
    return { repository, command: programs[tool], args: [], revision: programs[tool], controller };
  });
}
