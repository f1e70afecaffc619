import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import type { NodePrograms } from "./node-services.ts";
import type { NodeSettings } from "./node-settings.ts";
import { nodePaths } from "./node-settings.ts";

const timeout = 120_000;

/** kubeadm's configuration of a node. Pure. @param dns the image of CoreDNS: repository without its name, and tag. */
export function kubeadmConfiguration(
  settings: NodeSettings,
  kubernetesVersion: string,
  dns: { readonly imageRepository: string; readonly imageTag: string },
): string {
  const apiVersion = "kubeadm.k8s.io/v1beta4";
  const documents = [
    {
      apiVersion,
      kind: "InitConfiguration",
      localAPIEndpoint: { advertiseAddress: settings.nodeAddress, bindPort: 6443 },
      nodeRegistration: { name: settings.name, criSocket: `unix://${nodePaths(settings).socket}` },
    },
    {
      apiVersion,
      kind: "ClusterConfiguration",
      kubernetesVersion,
      certificatesDir: nodePaths(settings).pki,
      networking: { serviceSubnet: settings.serviceNetwork, podSubnet: settings.podNetwork },
      dns,
    },
  ];
  return documents.map((document) => stringify(document)).join("---\n");
}

/** Makes a node's certificates and kubeconfigs by kubeadm. @param configuration its file. */
export async function makeCertificates(
  settings: NodeSettings,
  { kubeadm }: Pick<NodePrograms, "kubeadm">,
  configuration: string,
): Promise<void> {
  const { kubeconfigs, kubeconfig } = nodePaths(settings);
  mkdirSync(kubeconfigs, { recursive: true, mode: 0o700 });
  const run = (...args: string[]) => execa(kubeadm, args, { timeout });
  await run("init", "phase", "certs", "all", "--config", configuration);
  await run("init", "phase", "kubeconfig", "all", "--config", configuration, "--kubeconfig-dir", kubeconfigs);
  const { stdout } = await run(
    "kubeconfig",
    "user",
    "--config",
    configuration,
    "--client-name",
    "system:kube-proxy",
  );
  writeFileSync(join(kubeconfigs, "kube-proxy.conf"), stdout, { mode: 0o600 });
  // Of the group that needs no binding of a role first.
  copyFileSync(join(kubeconfigs, "super-admin.conf"), kubeconfig);
}
