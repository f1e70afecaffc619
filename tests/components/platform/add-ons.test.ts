import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { AddOns } from "../../../components/add-ons/add-ons.ts";
import { installationOrder } from "../../../components/add-ons/installation-order.ts";
import type { AddOnConfig } from "../../../components/config/index.ts";
import type { PlainObject } from "../../../components/kubernetes/object.ts";
import type { LoadedManifest, ManifestSet } from "../../../components/manifests/manifest-set.ts";
import { CertificateAuthority } from "../../../components/secrets/certificate-authority.ts";
import { commandOutputs } from "../harness/command-outputs.ts";
import { labConfig } from "../harness/lab-config.ts";
import { labSchemas } from "../harness/lab-schemas.ts";
import { moduleManifests } from "../harness/module-manifests.ts";
import { recordProgram } from "../harness/record-program.ts";
import type { Recording } from "../harness/recording.ts";

function addOn(name: string, changes: Partial<AddOnConfig> = {}): AddOnConfig {
  return { name, namespace: "default", dependsOn: [], ...changes };
}
const chart = {
  repository: "https://charts.example.org",
  chart: "metallb",
  version: "0.15.2",
  values: { speaker: { frr: { enabled: false } } },
};
const manifest = { url: "https://example.org/mine.yaml", sha256: "0".repeat(64) };

const objects: PlainObject[] = [
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "plain" }, data: { a: "b" } },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "elsewhere", namespace: "kube-system" },
    data: {},
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "reader" },
    rules: [],
  },
];

async function record(addOns: readonly AddOnConfig[], preview = true): Promise<Recording<AddOns>> {
  const modules = await moduleManifests();
  const loaded: LoadedManifest = { name: "mine", version: "1", source: "release", objects };
  const manifests: ManifestSet = { ...modules, addOns: new Map([["mine", loaded]]) };
  const config = { ...(await labConfig("sim", { "edge-lab:await": "none" })), addOns: [...addOns] };
  return recordProgram(
    (opts) => {
      const ca = new CertificateAuthority("lab-ca", { commonName: "edge-lab" }, opts);
      return new AddOns("add-ons", { config, manifests, ca }, opts);
    },
    { preview, outputs: commandOutputs },
  );
}

describe("the user's own add-ons", () => {
  for (const preview of [true, false]) {
    it(`are charts and manifests, after cert-manager and after each other, in ${preview ? "a preview" : "an update"}`, async () => {
      const schemas = await labSchemas();
      const recording = await record(
        [
          addOn("mine", { namespace: "tools", manifest, dependsOn: ["metallb"] }),
          addOn("metallb", { namespace: "metallb-system", chart }),
        ],
        preview,
      );
      const release = recording.resource("add-ons-metallb-chart");
      assert.equal(release.type, "kubernetes:helm.sh/v4:Chart");
      const { chart: name, version, namespace, repositoryOpts, values, skipAwait } = release.inputs;
      assert.deepEqual(
        { name, version, namespace, repositoryOpts, values, skipAwait },
        {
          name: "metallb",
          version: "0.15.2",
          namespace: "metallb-system",
          repositoryOpts: { repo: "https://charts.example.org" },
          values: chart.values,
          skipAwait: true,
        },
      );
      const mine = recording.object("ConfigMap", "plain").resource;
      const issuer = recording.object("ClusterIssuer", "edge-lab-ca").resource;
      assert.ok(recording.isAfter(mine, release));
      assert.ok(recording.isAfter(release, issuer));
      assert.ok(recording.isAfter(release, recording.object("Namespace", "metallb-system").resource));
      assert.ok(recording.isAfter(mine, recording.object("Namespace", "tools").resource));
      for (const { resource, ...object } of recording.objects)
        assert.deepEqual(schemas.errors(object), [], resource.name);
    });
  }

  it("have a namespace for what names none, made unless every cluster has it", async () => {
    const own = await record([addOn("mine", { namespace: "tools", manifest })]);
    assert.equal(own.object("ConfigMap", "plain").metadata.namespace, "tools");
    assert.equal(own.object("ConfigMap", "elsewhere").metadata.namespace, "kube-system");
    assert.equal(own.object("ClusterRole", "reader").metadata.namespace, undefined);
    const builtIn = await record([addOn("mine", { manifest })]);
    assert.deepEqual(
      builtIn.objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
      ["cert-manager"],
    );
  });

  it("take a chart from an OCI registry by its whole address", async () => {
    const oci = { ...chart, repository: "oci://ghcr.io/example/charts/" };
    const { inputs } = (await record([addOn("metallb", { chart: oci })])).resource("add-ons-metallb-chart");
    assert.equal(inputs.chart, "oci://ghcr.io/example/charts/metallb");
    assert.equal(inputs.repositoryOpts, undefined);
  });

  for (const [what, addOns, message] of [
    [
      "when one depends on what is not in the list",
      [addOn("a", { chart }), addOn("b", { chart, dependsOn: ["c"] })],
      /addOns\[1\]\.dependsOn names "c", .*there is: a/,
    ],
    [
      "when they depend on each other",
      [addOn("a", { chart, dependsOn: ["b"] }), addOn("b", { chart, dependsOn: ["a"] })],
      /addOns\[0\]\.dependsOn is a circle: a → b → a/,
    ],
    ["when there is nothing to install", [addOn("a")], /add-on a is neither a manifest nor a chart/],
  ] as const) {
    it(`are refused, by the key in the configuration, ${what}`, async () => {
      await assert.rejects(record(addOns), (error: unknown) => {
        assert.ok(pulumi.ResourceError.isInstance(error), String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("are ordered so that each comes once, after all it needs, whatever the list", () => {
    const graph = fc.integer({ min: 1, max: 12 }).chain((size) =>
      fc.tuple(
        fc.shuffledSubarray(
          Array.from({ length: size }, (_, index) => index),
          { minLength: size },
        ),
        fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 3 }), { minLength: size, maxLength: size }),
      ),
    );
    fc.assert(
      fc.property(graph, ([order, needs]) => {
        // An add-on needs only ones of a smaller number: no circle, in any order of the list.
        const list = order.map((id) =>
          addOn(`a${id}`, {
            dependsOn: (needs[id] ?? []).filter((other) => other < id).map((other) => `a${other}`),
          }),
        );
        const placed = installationOrder(list).map(({ name }) => name);
        assert.deepEqual([...placed].sort(), list.map(({ name }) => name).sort());
        for (const { name, dependsOn } of list) {
          for (const needed of dependsOn) assert.ok(placed.indexOf(needed) < placed.indexOf(name));
        }
      }),
    );
  });
});
