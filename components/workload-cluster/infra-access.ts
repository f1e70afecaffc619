/** Where the infra cluster is, as in the configuration, so that state is the same on every machine that runs this program. */
export interface InfraAccess {
  /** Kubeconfig file. */
  readonly kubeconfig: string;
  /** Its current context when undefined. */
  readonly context: string | undefined;
}
