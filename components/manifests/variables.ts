import type { ManifestName } from "../versions.ts";
import type { Variables } from "./substitute-variables.ts";

/**
 * The release manifests that carry variables, with what we set apart from their defaults.
 * The others are taken as they are: a `${…}` in them is a shell's, not ours.
 *
 * CLUSTER_TOPOLOGY: the ClusterClass gate is alpha and off; the core and the control-plane provider need it, the
 * bootstrap provider and CAPM3 have no such switch.
 */
export const variables: Readonly<Partial<Record<ManifestName, Variables>>> = {
  "cluster-api-core": { CLUSTER_TOPOLOGY: "true" },
  "cluster-api-bootstrap": {},
  "cluster-api-control-plane": { CLUSTER_TOPOLOGY: "true" },
  capm3: {},
  ipam: {},
};
