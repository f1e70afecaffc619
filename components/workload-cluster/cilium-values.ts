import type { ClusterConfig } from "../config/index.ts";

type Values = Readonly<Record<string, unknown>>;

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(base: Values, over: Values): Values {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isValues(below) && isValues(value) ? merge(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

/**
 * Values of Cilium's chart for a cluster whose nodes run without kube-proxy; the user's own win. Pure.
 *
 * Cilium has to know the API's shared address, since the `kubernetes` Service works only once Cilium runs.
 */
export function ciliumValues(cluster: ClusterConfig, values: Values): Values {
  const nodes = cluster.controlPlane.replicas + cluster.workers.replicas;
  const ours = {
    kubeProxyReplacement: true,
    k8sServiceHost: cluster.endpoint.host,
    k8sServicePort: cluster.endpoint.port,
    // The pod networks that Cluster API gave to the controller manager.
    ipam: { mode: "kubernetes" },
    operator: { replicas: Math.min(2, nodes) },
  };
  return merge(ours, values);
}
