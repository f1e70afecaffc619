import { readlinkSync } from "node:fs";

/**
 * The namespaces of a process that a node has of its own, as the kernel names them: `net:[4026532178]`.
 * @throws Error when there is no such process.
 */
export function namespacesOf(pid: number): readonly string[] {
  return ["net", "mnt", "pid", "uts", "ipc"].map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
}
