import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { LabConfig } from "../lab.ts";

/** The infra cluster's kubeconfig as an absolute path: ~ is the home folder, the rest is relative to the project. */
export function kubeconfigPath(config: Pick<LabConfig, "infra">, projectFolder: string): string {
  const { kubeconfig } = config.infra;
  if (kubeconfig === "~" || kubeconfig.startsWith("~/")) return join(homedir(), kubeconfig.slice(1));
  return resolve(projectFolder, kubeconfig);
}
