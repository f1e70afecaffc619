import assert from "node:assert/strict";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { AddOns } from "../../../components/add-ons/add-ons.ts";
import { ClusterApi } from "../../../components/cluster-api/cluster-api.ts";
import type { LabConfig } from "../../../components/config/index.ts";
import type { ManifestSet } from "../../../components/manifests/manifest-set.ts";
import { Metal3 } from "../../../components/metal3/metal3.ts";
import { CertificateAuthority } from "../../../components/secrets/certificate-authority.ts";
import { commandOutputs, secretTexts } from "../harness/command-outputs.ts";
import { devicePassword, labConfig } from "../harness/lab-config.ts";
import { labSchemas } from "../harness/lab-schemas.ts";
import { moduleManifests } from "../harness/module-manifests.ts";
import { recordProgram } from "../harness/record-program.ts";
import type { RecordedResource } from "../harness/recorded-resource.ts";
import type { Recording } from "../harness/recording.ts";
import type { SchemaSet } from "../harness/schema-set.ts";
import { releaseManifests } from "./release-manifests.ts";

interface Platform {
  readonly addOns: AddOns;
  readonly metal3: Metal3;
  readonly clusterApi: ClusterApi;
}

/** The platform as lab.ts puts it together. */
function platform(config: LabConfig, manifests: ManifestSet, opts: ComponentResourceOptions): Platform {
  const ca = new CertificateAuthority("lab-ca", { commonName: "edge-lab" }, opts);
  const addOns = new AddOns("add-ons", { config, manifests, ca }, opts);
  const after = { ...opts, dependsOn: [...addOns.ready] };
  const issuer = addOns.certificateIssuer;
  const metal3 = new Metal3("metal3", { config, manifests, issuer, caPem: ca.certificatePem }, after);
  const clusterApi = new ClusterApi("cluster-api", { config, manifests }, after);
  return { addOns, metal3, clusterApi };
}

/** Whether a definition, namespace … of a manifest: not of our own making. */
const name = ({ resource }: { resource: RecordedResource }) => resource.name;

for (const preview of [true, false]) {
  describe(`the platform in ${preview ? "a preview" : "an update"}`, () => {
    let schemas: SchemaSet;
    let sim: Recording<Platform>;
    let full: Recording<Platform>;

    before(async () => {
      schemas = await labSchemas();
      const modules = await moduleManifests();
      const record = async (config: LabConfig, manifests: ManifestSet) =>
        recordProgram((opts) => platform(config, manifests, opts), { preview, outputs: commandOutputs });
      sim = await record(await labConfig("sim", { "edge-lab:await": "none" }), modules);
      full = await record(await labConfig("lab"), releaseManifests(modules));
    });

    it("declares only objects that the API server would store", () => {
      for (const recording of [sim, full]) {
        assert.ok(recording.objects.length > 40);
        for (const object of recording.objects) {
          const { resource, ...plain } = object;
          assert.deepEqual(schemas.errors(plain), [], resource.name);
        }
      }
    });

    it("puts every custom object into a namespace exactly when its kind lives in one", () => {
      for (const { apiVersion, kind, metadata } of [...sim.objects, ...full.objects]) {
        const namespaced = schemas.isNamespaced(apiVersion, kind);
        if (namespaced !== undefined)
          assert.equal(metadata.namespace !== undefined, namespaced, `${kind} ${metadata.name}`);
      }
    });

    it("gives everything a name of its parent's and no name twice", () => {
      for (const { resources } of [sim, full]) {
        assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
        const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
        for (const resource of resources) {
          const parent = resource.parent && byUrn.get(resource.parent)?.name;
          if (parent) assert.ok(resource.name.startsWith(`${parent}-`), `${resource.name} under ${parent}`);
        }
      }
    });

    it("stores no manifest twice: a component keeps only name, version and source of its own", () => {
      for (const resource of full.resources.filter(({ custom }) => !custom)) {
        assert.ok(JSON.stringify(resource.inputs).length < 600, resource.name);
      }
    });

    it("keeps definitions as they are but for the texts in their schemas", async () => {
      const { resource: _, ...declared } = full.object(
        "CustomResourceDefinition",
        "baremetalhosts.metal3.io",
      );
      const published = (await moduleManifests()).components["baremetal-operator"].objects.find(
        ({ metadata }) => metadata.name === "baremetalhosts.metal3.io",
      );
      assert.ok(published);
      const texts = (_key: string, value: unknown) =>
        typeof value === "object" &&
        value !== null &&
        "description" in value &&
        typeof value.description === "string"
          ? { ...value, description: undefined }
          : value;
      assert.deepEqual(declared, JSON.parse(JSON.stringify(published, texts)));
      // A BareMetalHost has a field of that name.
      assert.match(JSON.stringify(declared), /"description":\{"type":"string"\}/);
    });

    it("waits for controllers in a lab", () => {
      assert.equal(
        full.object("Ironic", "ironic").metadata.annotations?.["pulumi.com/waitFor"],
        "condition=Ready",
      );
      assert.equal(
        full.object("ClusterIssuer", "edge-lab-ca").metadata.annotations?.["pulumi.com/waitFor"],
        "condition=Ready",
      );
      const gates = full.resources
        .filter(({ type }) => type === "edge-lab:gate:WebhookGate")
        .map((gate) => gate.name);
      assert.deepEqual(gates.sort(), [
        "add-ons-cert-manager-gate",
        "cluster-api-gate",
        "metal3-baremetal-operator-gate",
        "metal3-ironic-standalone-operator-gate",
      ]);
      assert.equal(
        full.objects.filter(({ metadata }) => metadata.annotations?.["pulumi.com/skipAwait"]).length,
        0,
      );
    });

    it("waits for no controller with await none", () => {
      assert.equal(sim.resources.filter(({ type }) => type === "edge-lab:gate:WebhookGate").length, 0);
      assert.equal(
        sim.objects.filter(({ metadata }) => metadata.annotations?.["pulumi.com/waitFor"]).length,
        0,
      );
    });

    it("never shows a secret", () => {
      for (const { resources } of [sim, full]) {
        const readable = JSON.stringify(resources.map((resource) => resource.readable));
        for (const secret of [devicePassword, ...secretTexts()]) assert.ok(!readable.includes(secret));
        for (const resource of resources.filter(({ type }) => type.endsWith(":Secret"))) {
          assert.equal(resource.readable.stringData, undefined, resource.name);
          assert.equal(resource.readable.data, undefined, resource.name);
        }
        for (const resource of resources.filter(({ type }) => type === "command:local:Command")) {
          const { additionalSecretOutputs } = resource.options as { additionalSecretOutputs?: string[] };
          if (String(resource.inputs.create).includes("/secrets/")) {
            assert.equal(resource.inputs.logging, "none");
            assert.deepEqual(additionalSecretOutputs, ["stdout", "stderr"]);
          }
        }
      }
    });

    it("creates in an order that, reversed, is safe to destroy in", () => {
      const { resource, object } = { resource: full.resource.bind(full), object: full.object.bind(full) };
      const ordered = (later: RecordedResource, earlier: RecordedResource) => {
        assert.ok(full.isAfter(later, earlier), `${later.name} after ${earlier.name}`);
        assert.ok(!full.isAfter(earlier, later), `${earlier.name} not after ${later.name}`);
      };
      const ironic = object("Ironic", "ironic").resource;
      const issuer = object("ClusterIssuer", "edge-lab-ca").resource;
      const deployment = (namespace: string) =>
        object("Deployment", "controller-manager", namespace).resource;
      const bmo = deployment("baremetal-operator-system");
      const irso = deployment("ironic-standalone-operator-system");

      ordered(ironic, bmo);
      ordered(bmo, irso);
      ordered(irso, issuer);
      ordered(issuer, resource("add-ons-cert-manager-gate-command"));
      ordered(resource("add-ons-cert-manager-gate-command"), deployment("cert-manager"));
      ordered(ironic, resource("metal3-ironic-standalone-operator-gate-command"));
      ordered(ironic, object("Secret", "ironic-api").resource);
      ordered(ironic, object("Certificate", "ironic-tls").resource);
      ordered(ironic, object("ConfigMap", "edge-lab-ca").resource);
      ordered(deployment("capm3-system"), deployment("metal3-ipam-system"));
      ordered(deployment("capm3-system"), deployment("capi-system"));
      ordered(deployment("capi-kubeadm-control-plane-system"), deployment("capi-system"));
      ordered(deployment("capi-system"), issuer);

      for (const namespace of ["capi-system", "baremetal-operator-system", "cert-manager"]) {
        const webhooks = object("ValidatingWebhookConfiguration", `${namespace}-webhooks`).resource;
        ordered(webhooks, deployment(namespace));
        const own = full.objects.filter(
          (one) => one.kind === "CustomResourceDefinition" && one.resource.parent === webhooks.parent,
        );
        assert.ok(own.length > 0);
        for (const definition of own) ordered(deployment(namespace), definition.resource);
        for (const definition of own) ordered(definition.resource, object("Namespace", namespace).resource);
      }
    });

    it("declares all namespaces and definitions whatever the route, under the same names", () => {
      const names = (recording: Recording<Platform>) =>
        recording.objects
          .filter(({ kind }) => kind === "Namespace" || kind === "CustomResourceDefinition")
          .map(name)
          .sort();
      assert.deepEqual(names(sim), names(full));
      assert.ok(names(sim).includes("cluster-api-core-customresourcedefinition-clusters.cluster.x-k8s.io"));
    });
  });
}
