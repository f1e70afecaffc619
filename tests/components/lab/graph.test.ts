import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { RecordedResource } from "../harness/recorded-resource.ts";
import type { Recording } from "../harness/recording.ts";
import { recordedLab } from "./recorded-lab.ts";

/** Release manifests are other people's: their objects are left out, and the graph stays readable. */
function isOurs(resource: RecordedResource): boolean {
  return resource.parent === undefined || !resource.parent.includes("ReleaseManifest");
}

/** Logical names by the component that holds them, and what each is told to come after. */
function graph(lab: Recording<unknown>): Record<string, string[]> {
  const byUrn = new Map(lab.resources.map((resource) => [resource.urn, resource.name]));
  const nameOf = (urn: string): string => byUrn.get(urn) ?? urn;
  const lines = lab.resources.filter(isOurs).map((resource): [string, string[]] => {
    const type = resource.type.split(":").at(-1) ?? resource.type;
    return [`${resource.name} (${type})`, resource.dependsOn.map(nameOf).sort()];
  });
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("the graph of a lab", function () {
  this.timeout(300_000);

  for (const stack of ["lab", "sim"] as const) {
    // A snapshot, so that a review sees what a change does to names and order. UPDATE_SNAPSHOT=1 writes it anew.
    it(`is the known one for Pulumi.${stack}.yaml`, async () => {
      const file = new URL(`snapshots/${stack}.json`, import.meta.url);
      const text = `${JSON.stringify(graph(await recordedLab({ stack, preview: false })), null, 2)}\n`;
      if (process.env.UPDATE_SNAPSHOT === "1") await writeFile(file, text);
      const known = await readFile(file, "utf8");
      assert.deepEqual(
        JSON.parse(text),
        JSON.parse(known),
        "UPDATE_SNAPSHOT=1 writes the snapshot anew, if the change is meant",
      );
    });
  }
});
