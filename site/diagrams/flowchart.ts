/**
 * A flow chart for Mermaid. Arrows that follow from others are left out, as long as the arrows have no circle: whoever comes after
 * B, which comes after A, comes after A. Pure.
 */
export function flowchart(
  direction: "TB" | "LR",
  nodes: readonly string[],
  arrows: readonly (readonly [from: string, to: string])[],
): string {
  const unique = [...new Map(arrows.map((arrow) => [arrow.join(" "), arrow])).values()].sort(
    ([a, b], [c, d]) => `${a} ${b}`.localeCompare(`${c} ${d}`, "en"),
  );
  const reaches = (from: string, to: string, seen: ReadonlySet<string> = new Set()): boolean =>
    unique.some(
      ([start, end]) =>
        start === from && !seen.has(end) && (end === to || reaches(end, to, new Set([...seen, end]))),
    );
  const circular = nodes.some((node) => reaches(node, node));
  const needed = circular
    ? unique
    : unique.filter(
        ([from, to]) => !unique.some(([start, end]) => start === from && end !== to && reaches(end, to)),
      );
  const id = (node: string): string => node.replaceAll(/\W/g, "_");
  return [
    `flowchart ${direction}`,
    ...nodes.map((node) => `  ${id(node)}["${node}"]`),
    ...needed.map(([from, to]) => `  ${id(from)} --> ${id(to)}`),
  ].join("\n");
}
