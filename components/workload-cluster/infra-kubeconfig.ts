import { homedir } from "node:os";
import { KubeConfig } from "@kubernetes/client-node";
import type { InfraAccess } from "./infra-access.ts";

/**
 * The infra cluster's client configuration, read where the program runs: ~ is the home folder, the rest is relative to the
 * project. Only for what has to ask the API itself: the client costs a third of a second to load.
 *
 * @throws Error when the file is missing or no kubeconfig.
 */
export function infraKubeconfig({ kubeconfig, context }: InfraAccess): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig.replace(/^~(?=\/|$)/, homedir()));
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}
