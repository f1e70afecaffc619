/** Where the baremetal-operator and Ironic live; release manifests decide it, so it cannot be chosen. */
export const metal3Namespace = "baremetal-operator-system";

/** Of the Ironic resource; the Service in front of it has the same name. */
export const ironicName = "ironic";

/** Who logs in to Ironic's API: the baremetal-operator. */
export const ironicUsername = "ironic";

/**
 * What the ironic-standalone-operator asks of every Secret and ConfigMap that it is given; without it Ironic never
 * becomes Ready (since 0.9, pkg/secretutils/label.go).
 */
export const ironicInputLabel = { "environment.metal3.io/ironic-standalone-operator": "true" } as const;

/** What the baremetal-operator puts on every Secret that it reads; there from the start, it never changes the object. */
export const bareMetalLabel = { "environment.metal3.io": "baremetal" } as const;
