import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { readCustomResourceDefinitions } from "../../../tools/manifests/custom-resource-definitions.ts";

const crd = (name: string, versions: string[]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name },
  spec: { group: "bench", versions: versions.map((version) => ({ name: version })) },
});
const webhookPatch = (name: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name },
  spec: { conversion: { strategy: "Webhook" } },
});

describe("custom resource definitions of a Go module", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-crds-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, content: unknown): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), stringify(content));
  }

  function kustomized(): void {
    write("kustomization.yaml", {
      labels: [{ pairs: { "cluster.x-k8s.io/v1beta2": "v1beta2" } }],
      resources: ["bases/hosts.yaml", "bases/claims.yaml"],
      patches: [{ path: "patches/hosts.yaml" }, { path: "patches/claims.yaml" }, { path: "patches/ca.yaml" }],
    });
    write("bases/hosts.yaml", crd("hosts", ["v1beta1", "v1beta2"]));
    write("bases/claims.yaml", crd("claims", ["v1"]));
    write("bases/unlisted.yaml", crd("unlisted", ["v1"]));
    write("patches/hosts.yaml", webhookPatch("hosts"));
    write("patches/claims.yaml", webhookPatch("claims"));
    const annotations = { "cert-manager.io/inject-ca-from": "CERTIFICATE_NAMESPACE/NAME", "skip-check": "" };
    write("patches/ca.yaml", { metadata: { name: "hosts", annotations } });
  }

  it("carries the contract labels that Cluster API looks for, and those of the provider", () => {
    kustomized();
    const [hosts] = readCustomResourceDefinitions(folder, {
      "cluster.x-k8s.io/provider": "infrastructure-metal3",
    });
    assert.deepEqual(hosts?.metadata.labels, {
      "cluster.x-k8s.io/provider": "infrastructure-metal3",
      "cluster.x-k8s.io/v1beta2": "v1beta2",
    });
  });

  it("takes what the kustomization lists, no other file", () => {
    kustomized();
    const names = readCustomResourceDefinitions(folder, {}).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ["hosts", "claims"]);
  });

  it("points at no webhook and no certificate while no controller runs", () => {
    kustomized();
    const [hosts] = readCustomResourceDefinitions(folder, {});
    assert.equal(hosts?.spec.conversion, undefined);
    assert.deepEqual(hosts?.metadata.annotations, { "skip-check": "" });
  });

  it("takes every file of a folder without a kustomization", () => {
    write("b.yaml", crd("b", ["v1"]));
    write("a.yaml", crd("a", ["v1"]));
    writeFileSync(join(folder, "README.md"), "not YAML: {");
    const names = readCustomResourceDefinitions(folder, {}).map(({ metadata }) => metadata.name);
    assert.deepEqual(names.sort(), ["a", "b"]);
  });

  it("refuses what is no definition instead of applying it", () => {
    write("a.yaml", { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } });
    assert.throws(() => readCustomResourceDefinitions(folder, {}), /CustomResourceDefinition/);
  });
});
