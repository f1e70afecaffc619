import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type KubernetesVersion,
  kubernetesTools,
  kubernetesVersions,
  tools,
} from "../components/versions.ts";
import { CacheFolder } from "./cache-folder.ts";
import type { ResolvedTool } from "./resolution.ts";
import { type ResolveOptions, resolveTools } from "./resolver.ts";
import { ToolError } from "./tool-error.ts";

/** What a simulated node's image holds, beside the kubelet, which the sim plays. */
const names = [
  "kubeadm",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
  "kwok",
  "etcd",
] as const;

/**
 * The programs of a node of one Kubernetes version, downloaded or built as other tools are, in one folder: kubeadm,
 * kube-apiserver, kube-controller-manager, kube-scheduler and kubectl of exactly that version, and kwok and etcd, which
 * all versions share. Nothing is taken from PATH: a node is what its image says, not what the user has.
 *
 * The files are hard links into the cache: a folder takes no space of its own and a process may go on with a program
 * that is replaced meanwhile.
 * @param version as in components/versions.ts, e.g. "v1.34.3".
 * @returns the folder's absolute path.
 * @throws ToolError bad-option for another version; else as resolveTools does.
 */
export async function nodeBinaries(
  version: string,
  options: Omit<ResolveOptions, "notFromPath"> = {},
): Promise<string> {
  const known = kubernetesVersions.find((candidate) => candidate === version);
  if (known === undefined) throw unknownVersion(version);
  const cache = options.cache ?? new CacheFolder();
  const records = { ...tools, ...options.records, ...kubernetesTools(known) };
  const resolved = await resolveTools(names, {
    ...options,
    cache,
    records,
    notFromPath: `a node runs exactly ${known}`,
  });
  return collect(known, resolved, cache);
}

function collect(version: KubernetesVersion, resolved: readonly ResolvedTool[], cache: CacheFolder): string {
  const folder = join(cache.root, "node", version);
  mkdirSync(folder, { recursive: true });
  const outdated = resolved.filter(({ name, path }) => !isSameFile(join(folder, name), path));
  if (outdated.length === 0) return folder;
  const scratch = cache.scratch();
  try {
    for (const { name, path } of outdated) {
      const aside = join(scratch, name);
      link(path, aside);
      renameSync(aside, join(folder, name));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

function isSameFile(left: string, right: string): boolean {
  if (!existsSync(left)) return false;
  const [one, other] = [statSync(left), statSync(right)];
  if (one.ino === other.ino && one.dev === other.dev) return true;
  // Where the file system has no hard links it is a copy, made after the original.
  return one.nlink === 1 && other.nlink === 1 && one.size === other.size && one.mtimeMs >= other.mtimeMs;
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EMLINK") throw error;
    copyFileSync(from, to);
  }
}

function unknownVersion(version: string): ToolError {
  return new ToolError(
    "bad-option",
    `there are no node binaries of Kubernetes ${version}`,
    `Known: ${kubernetesVersions.join(", ")}. Set the cluster's version to one of them, or add it to components/versions.ts and tools/go.`,
  );
}
