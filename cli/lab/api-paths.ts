import { hostNamespace } from "../../components/config/resolve/host-namespace.ts";
import { ironicName, metal3Namespace } from "../../components/metal3/names.ts";
import { emulatorNames, labNamespace } from "../../components/redfish-emulator/names.ts";

const clusterApi = `/apis/cluster.x-k8s.io/v1beta2/namespaces/${hostNamespace}`;

/** Where the lab's objects are in the infra cluster's API. */
export const apiPaths = {
  hosts: `/apis/metal3.io/v1alpha1/namespaces/${hostNamespace}/baremetalhosts`,
  clusters: `${clusterApi}/clusters`,
  machines: `${clusterApi}/machines`,
  healthChecks: `${clusterApi}/machinehealthchecks`,
  metal3Machines: `/apis/infrastructure.cluster.x-k8s.io/v1beta2/namespaces/${hostNamespace}/metal3machines`,
  machineDeployments: `${clusterApi}/machinedeployments`,
  controlPlanes: `/apis/controlplane.cluster.x-k8s.io/v1beta2/namespaces/${hostNamespace}/kubeadmcontrolplanes`,
  labNamespace: `/api/v1/namespaces/${labNamespace}`,
  deployments: "/apis/apps/v1/deployments",
  emulatorLogin: `/api/v1/namespaces/${labNamespace}/secrets/${emulatorNames.credentials}`,
  authority: `/api/v1/namespaces/${labNamespace}/configmaps/edge-lab-ca`,
  ironic: `/apis/ironic.metal3.io/v1alpha1/namespaces/${metal3Namespace}/ironics/${ironicName}`,
  ironicLogin: `/api/v1/namespaces/${metal3Namespace}/secrets/ironic-api`,
  /** Cluster API keeps the administrator's kubeconfig there and renews it. */
  kubeconfig: (cluster: string) => `/api/v1/namespaces/${hostNamespace}/secrets/${cluster}-kubeconfig`,
} as const;
