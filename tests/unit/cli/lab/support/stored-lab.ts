import { apiPaths } from "../../../../../cli/lab/api-paths.ts";
import { deployedNamespaces, deploymentObject } from "./objects.ts";
import type { StoredObject, StoringCluster } from "./storing-cluster.ts";

const core = "/api/v1/namespaces/clusters";
export const secrets = `${core}/secrets`;
export const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
export const controlPlanes = apiPaths.controlPlanes;

/** Not a secret of anybody: to be looked for where it must not be. */
export const marker = "bmc-password-marker-51c";

function definition(
  group: string,
  kind: string,
  versions: readonly [name: string, storage: boolean][],
): StoredObject {
  const plural = `${kind.toLowerCase()}s`;
  const service = { name: "webhook-service", namespace: "capi-system", path: "/convert" };
  return {
    metadata: {
      name: `${plural}.${group}`,
      resourceVersion: "7",
      annotations: { "cert-manager.io/inject-ca-from": "capi-system/serving-cert" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: versions.map(([name, storage]) => ({ name, storage, served: true })),
      conversion: { strategy: "Webhook", webhook: { clientConfig: { service, caBundle: "b2xkIGNh" } } },
    },
    status: { storedVersions: ["v1beta2"] },
  };
}

function owned(kind: string, name: string, uid: string): object {
  return { apiVersion: "any/v1", kind, name, uid, controller: true };
}

/** Puts a settled lab into an API server: one cluster with one control plane on one host, and a second, free host. */
export function storeLab(cluster: StoringCluster): void {
  const clusterApi = "cluster.x-k8s.io";
  cluster.put(
    definitions,
    definition(clusterApi, "Cluster", [
      ["v1beta1", false],
      ["v1beta2", true],
    ]),
  );
  cluster.put(definitions, definition(clusterApi, "Machine", [["v1beta2", true]]));
  cluster.put(
    definitions,
    definition(`controlplane.${clusterApi}`, "KubeadmControlPlane", [["v1beta2", true]]),
  );
  cluster.put(definitions, definition(`bootstrap.${clusterApi}`, "KubeadmConfig", [["v1beta2", true]]));
  cluster.put(definitions, definition("metal3.io", "BareMetalHost", [["v1alpha1", true]]));
  // Of others: not the lab's business.
  cluster.put(definitions, definition("example.com", "Thing", [["v1", true]]));
  const fields = (manager: string, more: object = {}) => [
    { manager, operation: "Apply", fieldsV1: { "f:spec": {} }, ...more },
    { manager: "manager", operation: "Update", subresource: "status" },
  ];
  cluster.put(apiPaths.clusters, {
    metadata: {
      name: "edge",
      uid: "old-cluster",
      generation: 4,
      creationTimestamp: "2026-11-01T00:00:00Z",
      managedFields: fields("pulumi-kubernetes-1f") as never,
    },
    spec: { topology: { version: "v1.34.3" } },
    status: { conditions: [] },
  });
  cluster.put(controlPlanes, {
    metadata: {
      name: "edge-cp",
      uid: "old-cp",
      generation: 2,
      ownerReferences: [owned("Cluster", "edge", "old-cluster")] as never,
      managedFields: fields("capi-topology", {
        fieldsV1: { "f:metadata": { "f:ownerReferences": { 'k:{"uid":"old-cluster"}': {} } } },
      }) as never,
    },
    spec: { replicas: 1 },
  });
  cluster.put(apiPaths.machines, {
    metadata: {
      name: "edge-cp-x",
      uid: "old-machine",
      generation: 1,
      finalizers: ["machine.cluster.x-k8s.io"],
      ownerReferences: [owned("KubeadmControlPlane", "edge-cp", "old-cp")] as never,
    },
    spec: { providerID: "metal3://clusters/m920q-1/edge-cp-x" },
    status: { phase: "Running", nodeRef: { name: "m920q-1" } },
  });
  const host = (name: string, state: string, more: object = {}): StoredObject => ({
    metadata: { name, uid: `old-${name}`, generation: 3, annotations: {}, ...more },
    spec: { online: true, bmc: { address: `redfish://emulator/redfish/v1/Systems/${name}` } },
    status: {
      provisioning: { state, ID: "5e1f", image: { url: "http://images/node.raw" } },
      hardware: { cpu: { count: 4 } },
      poweredOn: true,
      errorCount: 0,
    },
  });
  cluster.put(
    apiPaths.hosts,
    host("m920q-1", "provisioned", { ownerReferences: [owned("Machine", "edge-cp-x", "old-machine")] }),
  );
  cluster.put(
    apiPaths.hosts,
    host("m920q-2", "available", { annotations: { "baremetalhost.metal3.io/paused": "by hand" } }),
  );
  const data = { password: Buffer.from(marker).toString("base64") };
  cluster.put(secrets, {
    metadata: {
      name: "m920q-1-bmc",
      uid: "old-secret",
      resourceVersion: "12",
      ownerReferences: [owned("BareMetalHost", "m920q-1", "old-m920q-1")] as never,
    },
    data,
  });
  cluster.put(`${core}/configmaps`, { metadata: { name: "kube-root-ca.crt" }, data: {} });
}

/** Has the lab's controllers run: they are Available, and Ironic is Ready. */
export function storeControllers(cluster: StoringCluster): void {
  const list = "/apis/apps/v1/deployments";
  for (const namespace of deployedNamespaces) {
    cluster.objects.set(`${list}/${namespace}`, deploymentObject(namespace) as StoredObject);
  }
  cluster.objects.set(apiPaths.ironic, {
    metadata: { name: "ironic" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
}
