/** How this run reaches the infra cluster. */
export interface InfraAccess {
  /** Kubeconfig file as in the configuration, so that state is the same on every machine that runs this program. */
  readonly kubeconfig: string;
  /** Its current context when undefined. */
  readonly context: string | undefined;
  /** False in a preview without the cluster, which is then a client-side one. */
  readonly reachable: boolean;
}
