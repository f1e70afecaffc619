import type { CustomObjectsApi } from "@kubernetes/client-node";

/** A cluster as it is on the infra cluster, each object as the API returns it. */
export interface ClusterObjects {
  /** cluster.x-k8s.io/v1beta2 Cluster. */
  readonly cluster: unknown;
  /** Its Machines. */
  readonly machines: readonly unknown[];
  /** Its KubeadmControlPlane and MachineDeployments. */
  readonly owners: readonly unknown[];
  /** All BareMetalHosts beside it, whoever uses them. */
  readonly hosts: readonly unknown[];
}

interface Items {
  readonly items?: unknown[];
}

const clusterApi = { group: "cluster.x-k8s.io", version: "v1beta2" };
const controlPlane = { group: "controlplane.cluster.x-k8s.io", version: "v1beta2" };
const metal3 = { group: "metal3.io", version: "v1alpha1" };
const timeoutSeconds = 30;

/** @throws ApiException when the API refuses (404: there is no such Cluster), the client's own errors when it does not answer. */
export async function readClusterObjects(
  client: CustomObjectsApi,
  namespace: string,
  name: string,
): Promise<ClusterObjects> {
  const listed = { namespace, timeoutSeconds };
  const ofCluster = { ...listed, labelSelector: `cluster.x-k8s.io/cluster-name=${name}` };
  const items = async (request: Promise<Items>): Promise<readonly unknown[]> => (await request).items ?? [];
  const [cluster, machines, controlPlanes, deployments, hosts] = await Promise.all([
    client.getNamespacedCustomObject({
      ...clusterApi,
      namespace,
      plural: "clusters",
      name,
    }) as Promise<unknown>,
    items(client.listNamespacedCustomObject({ ...clusterApi, ...ofCluster, plural: "machines" })),
    items(
      client.listNamespacedCustomObject({ ...controlPlane, ...ofCluster, plural: "kubeadmcontrolplanes" }),
    ),
    items(client.listNamespacedCustomObject({ ...clusterApi, ...ofCluster, plural: "machinedeployments" })),
    items(client.listNamespacedCustomObject({ ...metal3, ...listed, plural: "baremetalhosts" })),
  ]);
  return { cluster, machines, owners: [...controlPlanes, ...deployments], hosts };
}
