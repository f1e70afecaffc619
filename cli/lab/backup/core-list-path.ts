/** Path of all objects of one of Kubernetes' own kinds in a namespace, as in Secret or ConfigMap. Pure. */
export function coreListPath(kind: string, namespace: string): string {
  return `/api/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
}
