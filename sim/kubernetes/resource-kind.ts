/** A kind of object and where the API server keeps it. */
export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const kind = (apiVersion: string, name: string, plural: string, namespaced = true): ResourceKind => ({
  apiVersion,
  kind: name,
  plural,
  namespaced,
});

/** The kinds that the sim reads or writes. */
export const kinds = {
  namespace: kind("v1", "Namespace", "namespaces", false),
  node: kind("v1", "Node", "nodes", false),
  pod: kind("v1", "Pod", "pods"),
  secret: kind("v1", "Secret", "secrets"),
  service: kind("v1", "Service", "services"),
  serviceAccount: kind("v1", "ServiceAccount", "serviceaccounts"),
  configMap: kind("v1", "ConfigMap", "configmaps"),
  persistentVolume: kind("v1", "PersistentVolume", "persistentvolumes", false),
  persistentVolumeClaim: kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  deployment: kind("apps/v1", "Deployment", "deployments"),
  storageClass: kind("storage.k8s.io/v1", "StorageClass", "storageclasses", false),
  validatingWebhooks: kind(
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
    "validatingwebhookconfigurations",
    false,
  ),
  mutatingWebhooks: kind(
    "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration",
    "mutatingwebhookconfigurations",
    false,
  ),
  customResourceDefinition: kind(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    false,
  ),
  certificate: kind("cert-manager.io/v1", "Certificate", "certificates"),
  issuer: kind("cert-manager.io/v1", "Issuer", "issuers"),
  clusterIssuer: kind("cert-manager.io/v1", "ClusterIssuer", "clusterissuers", false),
  ironic: kind("ironic.metal3.io/v1alpha1", "Ironic", "ironics"),
  bareMetalHost: kind("metal3.io/v1alpha1", "BareMetalHost", "baremetalhosts"),
  cluster: kind("cluster.x-k8s.io/v1beta2", "Cluster", "clusters"),
} as const satisfies Record<string, ResourceKind>;

/** The path of a kind's collection, or of one object of it, as the Kubernetes API conventions lay it out. */
export function kindPath(of: ResourceKind, namespace?: string, name?: string): string {
  const root = of.apiVersion.includes("/") ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
  const scope = of.namespaced && namespace ? `/namespaces/${namespace}` : "";
  return `${root}${scope}/${of.plural}${name ? `/${name}` : ""}`;
}
