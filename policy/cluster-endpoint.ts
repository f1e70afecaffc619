import type { LabPolicy } from "./lab-policy.ts";
import { at, type Inputs, objectName, textAt, types } from "./resource.ts";

/** Where a cluster's API is. Cluster API cannot move it, and every kubeconfig, certificate and kubelet holds it. */
export const clusterEndpoint: LabPolicy = {
  name: "cluster-endpoint",
  description: "A cluster keeps the endpoint that it was made with.",
  instead: "make a second cluster with the other endpoint and move to it",
  check(resource, before) {
    if (resource.type !== types.cluster || before === undefined) return [];
    const [was, to] = [endpoint(before.inputs), endpoint(resource.inputs)];
    if (was === undefined || to === undefined || was === to) return [];
    const of = objectName(resource);
    return [
      {
        of,
        to,
        wrong: `the endpoint of cluster ${of} changes from ${was} to ${to}: its certificates, nodes and kubeconfigs know only the first`,
      },
    ];
  },
};

function endpoint(inputs: Inputs): string | undefined {
  const variables = at(inputs, "spec", "topology", "variables");
  const value = Array.isArray(variables)
    ? at(
        variables.find((variable) => textAt(variable, "name") === "endpoint"),
        "value",
      )
    : undefined;
  const host = textAt(value, "host");
  return host === undefined ? undefined : `${host}:${String(at(value, "port"))}`;
}
