import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepStackFile, restoredStackFile } from "../../../sim/pulumi/stack-file.ts";

const original = `# A comment about {secure: …} values.
config:
  edge-lab:kubernetes:
    version: v1.34.3

  edge-lab:hosts: [{ name: a }] # blank line and spaces are the author's
`;
const salt = "encryptionsalt: v1:abc=:v1:def:ghi==\n";
/** As Pulumi writes it: re-formatted, with its salt. */
const reformatted = `# A comment about {secure: …} values.
config:
  edge-lab:kubernetes:
    version: v1.34.3
  edge-lab:hosts: [{name: a}] # blank line and spaces are the author's
${salt}`;

describe("restoredStackFile", () => {
  it("leaves a file without a salt alone", () => {
    assert.equal(restoredStackFile(original, original), undefined);
    assert.equal(restoredStackFile(original, undefined), undefined);
  });

  it("gives the author's own text back", () => {
    assert.equal(restoredStackFile(reformatted, original), original);
  });

  it("keeps a change that was made meanwhile, and takes only the salt away", () => {
    const changed = reformatted.replace("v1.34.3", "v1.35.4");
    assert.equal(restoredStackFile(changed, original), changed.replace(salt, ""));
  });

  it("takes the salt away when nothing is remembered", () => {
    assert.equal(restoredStackFile(original + salt, undefined), original);
  });

  it("keeps the salt that encrypted values need", () => {
    const secret = `config:\n  edge-lab:credentials:\n    hosts: {a: {password: {secure: v1:xyz}}}\n${salt}`;
    assert.equal(restoredStackFile(secret, original), undefined);
  });
});

describe("keepStackFile", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-stack-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("remembers the text before a command and restores it after one that was killed in between", () => {
    const [file, memory] = [join(folder, "Pulumi.sim.yaml"), join(folder, "memory", "Pulumi.sim.yaml")];
    writeFileSync(file, original);
    keepStackFile(file, memory);
    writeFileSync(file, reformatted);
    keepStackFile(file, memory);
    assert.equal(readFileSync(file, "utf8"), original);
  });

  it("remembers the newest text", () => {
    const [file, memory] = [join(folder, "Pulumi.sim.yaml"), join(folder, "memory", "Pulumi.sim.yaml")];
    writeFileSync(file, original);
    keepStackFile(file, memory);
    const edited = original.replace("v1.34.3", "v1.35.4");
    writeFileSync(file, edited);
    keepStackFile(file, memory);
    writeFileSync(file, reformatted.replace("v1.34.3", "v1.35.4"));
    keepStackFile(file, memory);
    assert.equal(readFileSync(file, "utf8"), edited);
  });

  it("has nothing to do without a file", () => {
    keepStackFile(join(folder, "none.yaml"), join(folder, "memory.yaml"));
  });
});
