import { isDeepStrictEqual } from "node:util";

/** What became of those that run when their list changed, by name. */
export interface ListChange {
  readonly started: readonly string[];
  /** Taken out and put back with other settings. */
  readonly changed: readonly string[];
  readonly ended: readonly string[];
}

/** What has to be done for `wanted` to run where `running` does: nothing to those that are the same in both. */
export function listChange<T extends { readonly name: string }>(
  running: readonly T[],
  wanted: readonly T[],
): ListChange {
  const before = new Map(running.map((entry) => [entry.name, entry]));
  const names = new Set(wanted.map(({ name }) => name));
  const started: string[] = [];
  const changed: string[] = [];
  for (const entry of wanted) {
    const old = before.get(entry.name);
    if (old === undefined) started.push(entry.name);
    else if (!isDeepStrictEqual(old, entry)) changed.push(entry.name);
  }
  return { started, changed, ended: [...before.keys()].filter((name) => !names.has(name)) };
}
