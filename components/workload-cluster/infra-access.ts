/** Where the infra cluster is, as in the configuration, so that state is the same on every machine that runs this program. */
export interface InfraAccess {
  /** Kubeconfig file. */
  readonly kubeconfig: string;
  /** Its current context when undefined. */
  readonly context: string | undefined;
}

/** For a script of ours that asks the infra cluster; it holds no secret, the kubeconfig is a path. */
export function infraEnvironment({ kubeconfig, context }: InfraAccess): Record<string, string> {
  return { EDGE_LAB_KUBECONFIG: kubeconfig, ...(context === undefined ? {} : { EDGE_LAB_CONTEXT: context }) };
}

/** What {@link infraEnvironment} gave to this script; kubectl's own file when it is run by hand. */
export function infraOfEnvironment(environment: NodeJS.ProcessEnv): InfraAccess {
  const { EDGE_LAB_KUBECONFIG: kubeconfig = "~/.kube/config", EDGE_LAB_CONTEXT: context } = environment;
  return { kubeconfig, context };
}
