import { execFileSync } from "node:child_process";

const SERVICE_ACCOUNT = "secrets/kubernetes.io/serviceaccount";

/** Arguments: the folder, then the program. An empty file system over /run, so that nothing is made on the machine. */
const SCRIPT = [
  "set -e",
  "run=$(readlink -f /var/run)",
  'mount -t tmpfs -o mode=0755,size=64k edge-lab "$run"',
  `mkdir -p "$run/${SERVICE_ACCOUNT}"`,
  `mount --bind "$1" "$run/${SERVICE_ACCOUNT}"`,
  "shift",
  'exec "$@"',
].join("\n");

/**
 * A mount namespace for a pod's process, in which its ServiceAccount's folder lies where every program in a cluster
 * looks for it, /var/run/secrets/kubernetes.io/serviceaccount: leader election of controller-runtime takes the
 * namespace from there and from nowhere else. Needs root or unprivileged user namespaces.
 */
export class PodSandbox {
  #possible: boolean | undefined;

  /** Whether namespaces can be made here; tried once. */
  get possible(): boolean {
    this.#possible ??= works();
    return this.#possible;
  }

  /** What to run in place of a program, with the program and its arguments following. */
  wrapper(serviceAccountFolder: string): readonly string[] {
    return ["unshare", ...namespaces(), "/bin/sh", "-c", SCRIPT, "sh", serviceAccountFolder];
  }
}

function namespaces(): readonly string[] {
  const user = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  return [...user, "--mount", "--propagation", "private"];
}

function works(): boolean {
  try {
    const script = 'mount -t tmpfs edge-lab "$(readlink -f /var/run)"';
    execFileSync("unshare", [...namespaces(), "/bin/sh", "-c", script], { stdio: "ignore", timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}
