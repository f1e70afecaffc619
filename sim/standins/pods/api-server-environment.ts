import type { KubeClient } from "../../kubernetes/kube-client.ts";

/**
 * Where a container finds the API server, in the words of a kubelet: it would be the address of the Service `kubernetes`, which leads
 * nowhere here, so it is the API server's own.
 */
export function apiServerEnvironment({ config }: Pick<KubeClient, "config">): Record<string, string> {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) return {};
  const { hostname, port, protocol } = new URL(server);
  return {
    KUBERNETES_SERVICE_HOST: hostname.replace(/^\[|\]$/g, ""),
    KUBERNETES_SERVICE_PORT: port || (protocol === "https:" ? "443" : "80"),
  };
}
