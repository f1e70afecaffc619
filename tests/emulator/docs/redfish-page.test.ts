import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resources } from "../../../emulator/src/redfish/index.ts";

const page = readFileSync(new URL("../../../docs/redfish.md", import.meta.url), "utf8");

describe("docs/redfish.md", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `/redfish"));
  const methodsOf = new Map(
    rows.flatMap((row) => {
      const [, uris = "", methods = ""] =
        row.split(" | ").length > 1 ? ["", ...row.slice(2).split(" | ")] : [];
      return [...uris.matchAll(/`([^`]+)`/g)].map(([, uri = ""]) => [uri, methods] as const);
    }),
  );

  it("lists every URI that is served, with its methods", () => {
    for (const { uri, ...resource } of resources) {
      const written = uri.replace(/:(\w+)/g, "{$1}");
      const methods = methodsOf.get(written);
      assert.ok(methods !== undefined, `${written} is not in docs/redfish.md`);
      for (const method of ["GET", "POST", "PATCH", "DELETE"] as const) {
        assert.equal(methods.includes(method), resource[method] !== undefined, `${method} ${written}`);
      }
    }
  });

  it("lists no other", () => {
    const served = resources.map(({ uri }) => uri.replace(/:(\w+)/g, "{$1}"));
    assert.deepEqual(
      [...methodsOf.keys()].filter((uri) => !served.includes(uri)),
      [],
    );
  });
});
