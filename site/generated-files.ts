import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compactJson } from "../cli/compact-json.ts";
import { componentGraph } from "./diagrams/component-graph.ts";
import { importGraph } from "./diagrams/import-graph.ts";
import { dashboard } from "./monitoring/dashboard.ts";
import { configurationPage } from "./reference/configuration-page.ts";
import { labPage } from "./reference/lab-page.ts";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));

/** Diagrams by the name in the comment of docs/architecture.md that they stand below. */
const diagrams: Readonly<Record<string, () => string>> = {
  components: componentGraph,
  folders: () =>
    importGraph({
      direction: "LR",
      folders: ["cli", "policy", "sim", "bench", "site", "components", "nodeimage", "emulator", "tools"],
    }),
  emulator: () =>
    importGraph({
      direction: "TB",
      within: "emulator/src",
      // Those on the way of a request; store, metrics and audit log are handed to them when the service is put together.
      folders: ["http", "console", "redfish", "auth", "events", "power", "drivers"],
    }),
};

/** All that is made of the code and kept under docs/, by its path there. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["reference/configuration.md", configurationPage()],
    ["reference/lab.md", labPage()],
    ["monitoring/dashboard.json", compactJson(dashboard())],
    ["architecture.md", withDiagrams(readFileSync(`${docs}architecture.md`, "utf8"))],
  ]);
}

/** @throws Error when a diagram has no place in the page, or a place no diagram */
function withDiagrams(page: string): string {
  const places = [...page.matchAll(/<!-- diagram: ([\w-]+)/g)].map(([, name = ""]) => name);
  const names = Object.keys(diagrams);
  if (places.toSorted().join() !== names.toSorted().join()) {
    throw new Error(
      `docs/architecture.md has places for ${places.join(", ")}; diagrams: ${names.join(", ")}`,
    );
  }
  return page.replace(
    /(<!-- diagram: ([\w-]+)[^\n]*-->\n\n)```mermaid\n.*?```\n/gs,
    (_, comment: string, name: string) => `${comment}\`\`\`mermaid\n${diagrams[name]?.()}\n\`\`\`\n`,
  );
}
