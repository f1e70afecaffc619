import { DEFAULT_NETWORK } from "../settings.ts";

export interface Target {
  /** First three bytes of the loopback network, such as "127.21.0". */
  readonly network: string;
  /** The second sim's kubeconfig, as it shall stand in edge-lab:infra.kubeconfig. */
  readonly kubeconfig: string;
}

/**
 * The text of Pulumi.sim.yaml for a second sim beside the first one: another loopback network, another kubeconfig,
 * everything else, comments included, as it is.
 */
export function retarget(stackFile: string, target: Target): string {
  return stackFile
    .replaceAll(`${DEFAULT_NETWORK}.`, `${target.network}.`)
    .replace(/^(\s+kubeconfig:\s*).*$/m, (_, key: string) => `${key}${JSON.stringify(target.kubeconfig)}`);
}
