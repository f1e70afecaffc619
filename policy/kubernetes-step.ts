import semver from "semver";
import type { LabPolicy } from "./lab-policy.ts";
import { objectName, textAt, types } from "./resource.ts";

/** How a cluster's Kubernetes moves: kubeadm upgrades to the next minor at most, and etcd's data know no way back. */
export const kubernetesStep: LabPolicy = {
  name: "kubernetes-step",
  description: "A cluster's Kubernetes goes up, one minor at a time.",
  instead: "go up minor by minor, with a `pulumi up` for each; for a way back, make a new cluster",
  check(resource, before) {
    if (resource.type !== types.cluster || before === undefined) return [];
    const was = textAt(before.inputs, "spec", "topology", "version");
    const to = textAt(resource.inputs, "spec", "topology", "version");
    if (was === undefined || to === undefined) return [];
    const [from, next] = [semver.parse(was), semver.parse(to)];
    if (from === null || next === null) return [];
    const of = objectName(resource);
    const step = `the Kubernetes of cluster ${of} goes from ${was} to ${to}`;
    if (semver.lt(next, from)) return [{ of, to, wrong: `${step}, which is a downgrade` }];
    if (next.major === from.major && next.minor <= from.minor + 1) return [];
    return [{ of, to, wrong: `${step}, which skips a minor` }];
  },
};
