import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DataDiskFolder } from "./messages.ts";

/** Where things of the sim lie inside a machine; /run is empty at each boot. */
export const insidePaths = {
  node: "/run/edge-lab/node",
  /** Commands of the installed system, first on PATH. */
  commands: "/run/edge-lab/bin",
  /** The image's Kubernetes binaries. */
  kubernetes: "/run/edge-lab/kubernetes",
  dataDisks: "/run/edge-lab/disks",
  /** A command writes "poweroff" or "reboot" here. */
  powerRequest: "/run/edge-lab/power-request",
} as const;

/** What a node image brings and the machine runs or calls. */
export const nodeBinaryNames = [
  "kubeadm",
  "kubectl",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "etcd",
  "kwok",
] as const;

export interface PrivateRootOptions {
  /** The folder that is the machine's root file system: what is written survives a power cut. */
  readonly root: string;
  readonly binaries: string;
  readonly dataDisks: readonly DataDiskFolder[];
}

const project = fileURLToPath(new URL("../../..", import.meta.url));
const FOLDERS = [
  "etc",
  "var/log",
  "var/lib",
  "root",
  "home",
  "opt",
  "mnt",
  "proc",
  "sys",
  "dev",
  "run",
  "tmp",
];
/** Top folders with programs and libraries of the host; in a usr-merged system most of them are links. */
const PROGRAMS = ["usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"];
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];
/** Of the host's /etc what its programs need to be found and linked; nothing that says who or where it is. */
const HOST_FILES = ["/etc/ld.so.cache", "/etc/alternatives"];

/**
 * A shell script that makes `root` the root of the mount namespace it runs in (pivot_root(2)) and goes on with its
 * arguments.
 *
 * The machine sees the host's programs read-only, the parts of this project that it runs, its binaries and its data
 * disks, everything else is its own folder: the host's /etc, /var, /home and /run are not there to be changed. Mounts
 * live in the namespace and go with its last process. Settings of the kernel outside of /proc/sys/net stay read-only,
 * since they are the host's.
 *
 * Linux wants `root` itself to be a mount point, hence the bind mount on itself. `sh` has no pivot_root of its own
 * here; util-linux brings one.
 */
export function privateRootScript(options: PrivateRootOptions): string {
  const { root, binaries, dataDisks } = options;
  const at = (path: string) => quoted(join(root, path));
  const lines = ["set -eu", `mount --bind ${quoted(root)} ${quoted(root)}`];
  const bind = (from: string, to: string, mode: "ro" | "rw") => {
    lines.push(`mount --bind ${quoted(from)} ${at(to)}`);
    if (mode === "ro") lines.push(`mount -o remount,bind,ro ${at(to)}`);
  };
  const bindFile = (from: string, to: string) => {
    lines.push(`mkdir -p ${at(dirname(to))}`, `: > ${at(to)}`);
    bind(from, to, "ro");
  };
  const bindFolder = (from: string, to: string, mode: "ro" | "rw" = "ro") => {
    lines.push(`mkdir -p ${at(to)}`);
    bind(from, to, mode);
  };

  lines.push(`mkdir -p ${FOLDERS.map(at).join(" ")}`);
  for (const [folder, mode] of [
    ["run", "0755"],
    ["tmp", "1777"],
    ["dev", "0755"],
  ]) {
    lines.push(`mount -t tmpfs -o mode=${mode},nosuid tmpfs ${at(`/${folder}`)}`);
  }
  for (const folder of PROGRAMS.filter((name) => existsSync(`/${name}`))) {
    if (lstatSync(`/${folder}`).isSymbolicLink()) {
      lines.push(`ln -sfn ${quoted(readlinkSync(`/${folder}`))} ${at(folder)}`);
    } else bindFolder(`/${folder}`, folder);
  }
  for (const path of HOST_FILES.filter((file) => existsSync(file))) {
    if (lstatSync(path).isDirectory()) bindFolder(path, path);
    else bindFile(path, path);
  }
  for (const device of DEVICES) {
    lines.push(`: > ${at(`dev/${device}`)}`, `mount --bind /dev/${device} ${at(`dev/${device}`)}`);
  }
  lines.push(
    `mkdir ${at("dev/shm")}`,
    `mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs ${at("dev/shm")}`,
    `ln -s /proc/self/fd ${at("dev/fd")}`,
    `mount -t proc -o nosuid,nodev,noexec proc ${at("proc")}`,
    `mount --bind ${at("proc/sys")} ${at("proc/sys")}`,
    `mount -o remount,bind,ro ${at("proc/sys")}`,
    `mount --bind ${at("proc/sys/net")} ${at("proc/sys/net")}`,
    `mount -o remount,bind,rw ${at("proc/sys/net")}`,
    `mount -t sysfs -o ro,nosuid,nodev,noexec sysfs ${at("sys")}`,
  );

  bindFolder(join(project, "sim"), join(project, "sim"));
  bindFolder(realpathSync(join(project, "node_modules")), join(project, "node_modules"));
  bindFile(join(project, "package.json"), join(project, "package.json"));
  bindFile(realpathSync(process.execPath), insidePaths.node);
  for (const name of nodeBinaryNames) {
    bindFile(realpathSync(join(binaries, name)), join(insidePaths.kubernetes, name));
  }
  dataDisks.forEach(({ folder }, index) => {
    bindFolder(folder, join(insidePaths.dataDisks, String(index)), "rw");
  });

  lines.push(
    `cd ${quoted(root)}`,
    "mkdir -p .host",
    "pivot_root . .host",
    "cd /",
    "umount -l /.host",
    "rmdir /.host",
    // A shell stays as process 1: it collects orphans, which Node does not.
    '"$@"',
    "exit $?",
  );
  return `${lines.join("\n")}\n`;
}

/** Gives an empty root what every system has at its first boot. Files that are there already stay. */
export function prepareRoot(root: string, kubernetesVersion: string): void {
  mkdirSync(join(root, "etc"), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    passwd: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    group: "root:x:0:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    // No name server: kubeadm would otherwise wait for an answer to the host's name.
    "resolv.conf": "",
    "os-release": `ID=edge-lab-sim\nPRETTY_NAME="edge-lab simulated node image (Kubernetes ${kubernetesVersion})"\nVERSION_ID=${kubernetesVersion}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, "etc", name);
    if (!existsSync(path)) writeFileSync(path, content);
  }
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
