/** Whether kinds of an API group are those of hosts and clusters: Metal3's, Cluster API's and its providers'. */
export function isOfHostsOrClusters(group: string): boolean {
  return group === "metal3.io" || /(^|\.)cluster\.x-k8s\.io$/.test(group);
}

/** The group of an apiVersion; empty for Kubernetes' own v1. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
