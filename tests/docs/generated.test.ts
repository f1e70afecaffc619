import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { labProgram } from "../../cli/lab/lab-program.ts";
import { generatedFiles } from "../../site/generated-files.ts";

const docs = join(import.meta.dirname, "../../docs");

describe("what of docs/ is made of the code", () => {
  for (const [path, text] of generatedFiles()) {
    it(`${path} is as the code makes it`, () => {
      const file = join(docs, path);
      const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
      assert.equal(kept, text, `docs/${path} is behind the code: npm run docs:generate`);
    });
  }

  it("has every field of every section of a stack file, down to the innermost", () => {
    const page = generatedFiles().get("reference/configuration.md") ?? "";
    for (const field of [
      "infra.provisioning.dhcp.rangeBegin",
      "hosts[].rootDeviceHints.minSizeGigabytes",
      "credentials.defaults",
      "clusters[].controlPlane.maxSurge",
      "nodeImage.images",
      "emulator.metrics.anonymous",
    ]) {
      assert.ok(page.includes(`| \`${field}\` |`), field);
    }
    assert.match(page, /\| `hosts\[\]\.driver` \| `amt`, `tapo`, `command` \| \*\*required\*\* \|/);
    assert.match(page, /`clusters-and-hosts`, `nothing`; default `"clusters-and-hosts"`/);
  });

  it("has every command of lab, with an example of each", () => {
    const page = generatedFiles().get("reference/lab.md") ?? "";
    for (const command of labProgram().commands) {
      const [, section = ""] = page.split(`\n## lab ${command.name()}\n`);
      assert.match(section.split("\n## ")[0] ?? "", /Examples?:\n {2}\$ /, command.name());
    }
  });
});
