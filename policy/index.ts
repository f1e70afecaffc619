import { clusterEndpoint } from "./cluster-endpoint.ts";
import { hostIdentity } from "./host-identity.ts";
import { keptProtection } from "./kept-protection.ts";
import { kubernetesStep } from "./kubernetes-step.ts";
import type { LabPolicy } from "./lab-policy.ts";
import { noPlainCredentials } from "./no-plain-credentials.ts";
import { oddControlPlane } from "./odd-control-plane.ts";
import { pinnedImages } from "./pinned-images.ts";

/** Every policy. A new one is a file of its own, a line here and a name in components/config/allowed-change.ts. */
export const policies: readonly LabPolicy[] = [
  hostIdentity,
  clusterEndpoint,
  oddControlPlane,
  kubernetesStep,
  keptProtection,
  noPlainCredentials,
  pinnedImages,
];
