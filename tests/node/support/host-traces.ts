import { readdirSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { namespacesOf } from "./namespaces-of.ts";

/** What there is on this machine that a node could have left behind, each as a line of text. */
export interface HostTraces {
  /** With their namespaces, control groups and command lines. */
  readonly processes: ReadonlySet<string>;
  readonly mounts: ReadonlySet<string>;
  readonly interfaces: ReadonlySet<string>;
  /** Of the firewall, of either version of IP, and the chains. */
  readonly rules: ReadonlySet<string>;
  readonly controlGroups: ReadonlySet<string>;
}

export type TraceKind = keyof HostTraces;

/** Looks at this machine, outside of any node's namespaces. */
export async function hostTraces(): Promise<HostTraces> {
  const { stdout: groups } = await execa("find", ["/sys/fs/cgroup", "-type", "d"], { reject: false });
  return {
    processes: new Set(readdirSync("/proc").flatMap(processLine)),
    // podman keeps a mount of its own storage once it has run, whoever ran it.
    mounts: new Set(mountPoints().filter((path) => !path.includes("/containers/storage"))),
    interfaces: new Set(readdirSync("/sys/class/net")),
    rules: new Set([...(await rules("iptables-save")), ...(await rules("ip6tables-save"))]),
    controlGroups: new Set(groups.split("\n")),
  };
}

/**
 * What is there now and was not before, by kind. On a machine where others work, processes, interfaces and control groups come
 * and go: of these, only what holds one of `marks` is told. Pure.
 */
export function newTraces(
  before: HostTraces,
  now: HostTraces,
  marks: readonly string[],
): Readonly<Record<TraceKind, readonly string[]>> {
  const added = (kind: TraceKind): string[] => [...now[kind]].filter((line) => !before[kind].has(line));
  const marked = (kind: TraceKind): string[] =>
    added(kind).filter((line) => marks.some((mark) => line.includes(mark)));
  return {
    processes: marked("processes"),
    mounts: added("mounts"),
    interfaces: marked("interfaces"),
    rules: added("rules"),
    controlGroups: marked("controlGroups"),
  };
}

function processLine(pid: string): string[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    const namespaces = namespacesOf(Number(pid));
    // Pods have namespaces of their own; their control groups tell whose they are.
    const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8").replaceAll("\n", " ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return [`${pid} ${namespaces.join(" ")} ${groups}${command}`];
  } catch {
    // It has ended, or is a zombie: nothing of it is left but its exit code.
    return [];
  }
}

function mountPoints(): string[] {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split(" ")[4] ?? "");
}

async function rules(program: string): Promise<string[]> {
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const { stdout } = await execa(program, [], { env, reject: false, timeout: 30_000 });
  // A table that was looked at is there from then on, with its chains that accept everything.
  return stdout.split("\n").filter((line) => /^(-A|:(?!.* ACCEPT ))/.test(line));
}
