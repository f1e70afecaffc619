import type { ClusterAccess } from "./api-reader.ts";

/**
 * The way to the API of the Kubernetes that the emulator is a pod of: by the address that the kubelet puts into every container's
 * environment, or else by the name that the cluster's DNS has for it.
 *
 * @param folder with the ServiceAccount's `token` and `ca.crt`.
 */
export function clusterAccess(folder: string, environment: Readonly<NodeJS.ProcessEnv>): ClusterAccess {
  const { KUBERNETES_SERVICE_HOST: host = "kubernetes.default.svc", KUBERNETES_SERVICE_PORT: port = "443" } =
    environment;
  return { server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`, folder };
}
