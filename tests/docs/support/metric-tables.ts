import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A metric as docs/metrics.md describes it. */
export interface DescribedMetric {
  readonly name: string;
  /** Undefined where the table has no such column. */
  readonly type: string | undefined;
  readonly labels: readonly string[];
  readonly meaning: string;
}

export const metricsPage = readFileSync(join(import.meta.dirname, "../../../docs/metrics.md"), "utf8");

/** The rows of the table below a heading of docs/metrics.md. */
export function metricTable(heading: "Metrics of the emulator" | "Hosts and clusters"): DescribedMetric[] {
  const section = metricsPage.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, name = "", rest = ""]) => {
    const cells = rest.split("|").map((cell) => cell.trim());
    const [type, labels = "", meaning = ""] = cells.length === 3 ? cells : [undefined, ...cells];
    return { name, type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = ""]) => label), meaning };
  });
}
