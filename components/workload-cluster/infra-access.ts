/** How this run reaches the infra cluster. */
export interface InfraAccess {
  /** Kubeconfig file, absolute. */
  readonly kubeconfig: string;
  /** Its current context when undefined. */
  readonly context: string | undefined;
  /** False in a preview without the cluster, which is then a client-side one. */
  readonly reachable: boolean;
}
