import { basename, dirname } from "node:path";
import { execa } from "execa";
import { type KubernetesVersion, kubernetesTools, tools } from "../../components/versions.ts";
import { resolveTools } from "../../tools/resolver.ts";

/**
 * An image with the kubelet of one version and nothing else, in the place of a package repository: downloaded or built as all
 * tools are, and imported into podman.
 *
 * @returns its reference.
 */
export async function kubeletImage(version: KubernetesVersion): Promise<string> {
  const [kubelet] = await resolveTools(["kubelet"], {
    records: { ...tools, ...kubernetesTools(version) },
    notFromPath: `the image holds exactly ${version}`,
  });
  if (!kubelet) throw new Error(`there is no kubelet ${version}`);
  const reference = `localhost/edge-lab-test/kubelet:${version}`;
  const pack = 'tar --create --owner=0 --group=0 --directory "$1" "$2" | podman import --quiet - "$3"';
  const args = ["-c", pack, "sh", dirname(kubelet.path), basename(kubelet.path), reference];
  await execa("sh", args, { timeout: 600_000 });
  return reference;
}
