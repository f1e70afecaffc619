import { readFileSync } from "node:fs";
import { z } from "zod";
import { flowchart } from "./flowchart.ts";

const recorded = z.record(z.string(), z.array(z.string()));
// What the program registers under mocks, with what each resource is told to come after: tests/components/lab/graph.test.ts.
const file = new URL("../../tests/components/lab/snapshots/lab.json", import.meta.url);

/** The components of a lab and which of them come after which others, as recorded from the program. */
export function componentGraph(): string {
  const graph = Object.entries(recorded.parse(JSON.parse(readFileSync(file, "utf8")))).map(([key, after]) => {
    const [, name = "", type = ""] = /^(\S+) \((.*)\)$/.exec(key) ?? [];
    return { name, type, after };
  });
  const parts = [
    "AddOns",
    "CertificateAuthority",
    "RedfishEmulator",
    "Metal3",
    "ClusterApi",
    "NodeImage",
    "HostInventory",
    "WorkloadCluster",
  ].map((type) => {
    const name = graph.find((one) => one.type === type)?.name;
    if (name === undefined) throw new Error(`${file.pathname} has no ${type}`);
    return { name, type };
  });
  // Everything is named under the component that holds it.
  const holder = (name: string): (typeof parts)[number] | undefined =>
    parts
      .filter((part) => name === part.name || name.startsWith(`${part.name}-`))
      .sort((a, b) => b.name.length - a.name.length)[0];
  const arrows = graph.flatMap(({ name, after }) => {
    const later = holder(name);
    return after.flatMap((earlier) => {
      const first = holder(earlier);
      return later === undefined || first === undefined || first === later
        ? []
        : [[first.type, later.type] as const];
    });
  });
  return flowchart(
    "TB",
    parts.map(({ type }) => type),
    arrows,
  );
}
