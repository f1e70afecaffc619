import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceRevision } from "../../../sim/processes/source-revision.ts";

describe("sourceRevision", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-revision-"));
    mkdirSync(join(folder, "deep"));
    writeFileSync(join(folder, "deep", "a.ts"), "1");
    writeFileSync(join(folder, "README.md"), "1");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("changes with a source's content and name, and with nothing else", () => {
    const first = sourceRevision(folder);
    writeFileSync(join(folder, "README.md"), "2");
    writeFileSync(join(folder, "deep", "a.ts"), "1");
    assert.equal(sourceRevision(folder), first);
    writeFileSync(join(folder, "deep", "a.ts"), "2");
    const second = sourceRevision(folder);
    assert.notEqual(second, first);
    renameSync(join(folder, "deep", "a.ts"), join(folder, "a.ts"));
    assert.notEqual(sourceRevision(folder), second);
  });
});
