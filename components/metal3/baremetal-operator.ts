import type { PlainObject } from "../kubernetes/object.ts";
import type { Transformation } from "../manifests/release-manifest.ts";
import { ironicName, metal3Namespace } from "./names.ts";

/**
 * The release's ConfigMap `ironic` holds the addresses of a development machine. In their place: the Ironic resource to
 * read endpoint, credentials and trust from (baremetal-operator >= 0.12, config/use-irso).
 */
const wireIronic: Transformation = (object) =>
  object.kind === "ConfigMap" && object.metadata.name === "ironic"
    ? { ...object, data: { IRONIC_NAME: ironicName, IRONIC_NAMESPACE: metal3Namespace } }
    : object;

/** The release says Always, with which an image that was imported into the node is never used. */
const pullIfMissing: Transformation = (object) => {
  if (object.kind !== "Deployment") return object;
  const spec = object.spec as DeploymentSpec;
  const containers = spec.template.spec.containers.map((container) => ({
    ...container,
    imagePullPolicy: "IfNotPresent",
  }));
  return {
    ...object,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
  };
};

interface DeploymentSpec {
  readonly template: { readonly spec: { readonly containers: readonly PlainContainer[] } };
}
type PlainContainer = Readonly<Record<string, unknown>>;

/** Changes to the baremetal-operator's release manifest. */
export const bareMetalOperatorTransformations: readonly Transformation[] = [wireIronic, pullIfMissing];

/** A host without a BMC: passes the baremetal-operator's webhook. */
export const bareMetalHostSample: PlainObject = {
  apiVersion: "metal3.io/v1alpha1",
  kind: "BareMetalHost",
  metadata: { name: "edge-lab-gate", namespace: "default" },
  spec: { online: true },
};

/** The least that the ironic-standalone-operator's webhook passes. */
export const ironicSample: PlainObject = {
  apiVersion: "ironic.metal3.io/v1alpha1",
  kind: "Ironic",
  metadata: { name: "edge-lab-gate", namespace: "default" },
  spec: {},
};
