import type { CheckResult } from "./check-results.ts";

/** Machines, which are checked at the same time, come in the second place, by their names. */
const FIRST = ["login"];
const LAST = ["resources", "refusals", "polling", "Ironic", "end"];

/** The results for people: grouped, passed ones short, failed ones with what was seen instead. */
export function resultTable(results: readonly CheckResult[]): string {
  const groups = Map.groupBy(results, ({ group }) => group);
  const ordered = [...groups].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const blocks = ordered.map(([group, entries]) => [group, ...entries.map(row)].join("\n"));
  return blocks.join("\n\n");
}

function rank(group: string): number {
  const [kind = ""] = group.split(/\W/);
  return FIRST.includes(kind) ? -1 : LAST.indexOf(kind) + 1;
}

function row({ name, passed, detail }: CheckResult): string {
  if (passed) return `  pass  ${name}${detail ? `  [${detail}]` : ""}`;
  return `  FAIL  ${name}\n        ${detail}`;
}
