import type { LabPolicy } from "./lab-policy.ts";
import { at, objectName, types } from "./resource.ts";

/** The members of etcd. The configuration refuses an even number too; this also sees one that the program makes. */
export const oddControlPlane: LabPolicy = {
  name: "odd-control-plane",
  description: "A control plane has an odd number of machines.",
  instead: "use one machine fewer or one more",
  check(resource) {
    if (resource.type !== types.cluster) return [];
    const replicas = at(resource.inputs, "spec", "topology", "controlPlane", "replicas");
    if (typeof replicas !== "number" || replicas % 2 === 1) return [];
    const of = objectName(resource);
    return [
      {
        of,
        to: String(replicas),
        wrong: `the control plane of cluster ${of} has ${replicas} machines, an even number: etcd bears no more failures with it than with one machine fewer`,
      },
    ];
  },
};
