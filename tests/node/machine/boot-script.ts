import { join } from "node:path";
import type { NodeService } from "./node-services.ts";
import type { NodeSettings } from "./node-settings.ts";
import { nodePaths } from "./node-settings.ts";

/**
 * The script that is process 1 of a node, in namespaces of its own: it mounts the node's folders over the machine's, waits for
 * its network cable and keeps the services running. Pure.
 *
 * A shell, as it collects the orphans that containerd leaves behind. All that it makes goes with the namespaces, but the control
 * groups, which are the machine's. It ends the node as a power cut does: the kernel kills what process 1 leaves.
 */
export function bootScript(settings: NodeSettings, services: readonly NodeService[]): string {
  const { varLog, varLib, logs } = nodePaths(settings);
  const { name, hostAddress, nodeAddress, prefixLength } = settings;
  const words = (argv: readonly string[]): string => argv.map(quoted).join(" ");
  const keep = services.map(
    ({ name: of, argv }) => `keep ${quoted(join(logs, `${of}.log`))} ${words(argv)} &`,
  );
  return `set -eu
trap 'exit 0' TERM
hostname ${name}
mount -t tmpfs -o mode=0755,nosuid tmpfs /run
mkdir /run/lock
mount --bind ${quoted(varLib)} /var/lib
mount --bind ${quoted(varLog)} /var/log
mount --make-rshared /
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  mkdir -p "$hierarchy/${name}"
  # Nothing can run in a new group of cpuset before it has processors and memory.
  for file in cpuset.cpus cpuset.mems; do
    [ ! -e "$hierarchy/${name}/$file" ] || cat "$hierarchy/$file" > "$hierarchy/${name}/$file" || true
  done
done
ip link set lo up
tries=0
until ip link show eth0 >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 600 ] || { echo "no network cable after a minute" >&2; exit 1; }
  sleep 0.1
done
ip address add ${nodeAddress}/${prefixLength} dev eth0
ip link set eth0 up
ip route add default via ${hostAddress}
sysctl -q -w net.ipv4.ip_forward=1
keep() {
  log=$1
  shift
  while :; do
    "$@" >> "$log" 2>&1 || true
    echo "$1 has ended, it is started again" >> "$log"
    sleep 1
  done
}
${keep.join("\n")}
wait
`;
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
