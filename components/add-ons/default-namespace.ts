import type { PlainObject } from "../kubernetes/object.ts";
import type { Transformation } from "../manifests/release-manifest.ts";

/** Built-in kinds that live outside namespaces. */
const clusterWide = new Set([
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "FlowSchema",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
  "VolumeSnapshotClass",
  // Of add-ons that nearly every cluster has; their definitions may come from another manifest.
  "ClusterIssuer",
]);

/**
 * Puts objects that name no namespace into one, as `kubectl apply --namespace` does. Whether a custom kind lives in a
 * namespace is read from its definition, when the manifests hold it; otherwise it is taken to.
 */
export function defaultNamespace(namespace: string, manifests: readonly PlainObject[]): Transformation {
  const outside = new Set(clusterWide);
  for (const object of manifests) {
    if (object.kind !== "CustomResourceDefinition") continue;
    const { scope, names } = object.spec as {
      readonly scope: string;
      readonly names: { readonly kind: string };
    };
    if (scope === "Cluster") outside.add(names.kind);
  }
  return (object) =>
    object.metadata.namespace !== undefined || outside.has(object.kind)
      ? object
      : { ...object, metadata: { ...object.metadata, namespace } };
}
