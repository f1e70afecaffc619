import assert from "node:assert/strict";
import type { Lab } from "../../../components/lab.ts";
import { labSchemas } from "../harness/lab-schemas.ts";
import type { Recording } from "../harness/recording.ts";
import type { SchemaSet } from "../harness/schema-set.ts";
import { recordedLab } from "./recorded-lab.ts";

for (const stack of ["lab", "sim"] as const) {
  for (const preview of [true, false]) {
    describe(`the lab of Pulumi.${stack}.yaml, ${preview ? "previewed" : "updated"}`, function () {
      this.timeout(300_000);
      let lab: Recording<Lab>;
      let schemas: SchemaSet;
      before(async () => {
        schemas = await labSchemas();
        lab = await recordedLab({ stack, preview });
      });

      it("declares only objects that the API server would store", () => {
        const errors = lab.objects
          .filter(({ kind }) => kind !== "CustomResourceDefinition")
          // A preview does not know generated values, which are required where they stand.
          .flatMap((object) =>
            schemas
              .errors(withoutResource(object))
              .filter((error) => !preview || !/must have required property/.test(error))
              .map((error) => `${object.kind} ${String(object.metadata.name)}: ${error}`),
          );
        assert.deepEqual(errors, []);
        assert.ok(lab.objects.length > 40, `only ${lab.objects.length} objects`);
      });

      it("names a namespace on what lives in one", () => {
        const missing = lab.objects.filter(
          ({ apiVersion, kind, metadata }) =>
            schemas.isNamespaced(apiVersion, kind) === true && metadata.namespace === undefined,
        );
        assert.deepEqual(
          missing.map(({ kind, metadata }) => `${kind} ${String(metadata.name)}`),
          [],
        );
      });

      it("never declares what controllers write on a host, and ignores it if somebody else does", () => {
        const hosts = lab.objects.filter(({ kind }) => kind === "BareMetalHost");
        assert.equal(hosts.length, 6);
        const theirs = ["image", "userData", "metaData", "networkData", "customDeploy", "consumerRef"];
        for (const host of hosts) {
          const spec = host.spec as Record<string, unknown>;
          assert.deepEqual(
            theirs.filter((field) => field in spec),
            [],
            String(host.metadata.name),
          );
          assert.equal(spec.online, true);
          const ignored = host.resource.options.ignoreChanges ?? [];
          for (const field of [...theirs, "online"]) assert.ok(ignored.includes(`spec.${field}`), field);
          const annotations = host.metadata.annotations as Record<string, string>;
          assert.equal(annotations["pulumi.com/deletionPropagationPolicy"], "background");
          assert.equal("pulumi.com/patchForce" in annotations, false);
        }
      });

      it("has each pod of its own asked whether it is ready, and started anew when it hangs", () => {
        const ours = lab.objects.filter(
          ({ kind, metadata }) => kind === "Deployment" && metadata.namespace === "edge-lab",
        );
        assert.deepEqual(ours.map(({ metadata }) => metadata.name).sort(), [
          "image-server",
          "redfish-emulator",
        ]);
        for (const { metadata, spec } of ours) {
          const { containers } = (spec as { template: { spec: { containers: Record<string, object>[] } } })
            .template.spec;
          for (const { readinessProbe, livenessProbe } of containers)
            for (const probe of [readinessProbe, livenessProbe])
              assert.ok(probe && "httpGet" in probe, `${metadata.name}: ${JSON.stringify(probe)}`);
        }
      });

      it("gives hosts and clusters hours to go", () => {
        const minutes = (name: string): number =>
          Number.parseInt(String(lab.resource(name).options.customTimeouts?.delete), 10);
        assert.ok(minutes("lab-hosts-m920q-1") >= 60);
        assert.ok(minutes("lab-cluster-edge-cluster") >= 120);
      });

      it("works on the infra cluster through the lab's own provider only", () => {
        const providers = lab.resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
        const infra = providers.find(({ name }) => name === "lab-infra");
        assert.ok(infra);
        const inputs = infra.inputs as { clusterIdentifier?: string; deleteUnreachable?: unknown };
        assert.equal(inputs.clusterIdentifier, "edge-lab/test");
        assert.equal(inputs.deleteUnreachable, undefined);
      });
    });
  }
}

function withoutResource<T extends { readonly resource: unknown }>(object: T): Omit<T, "resource"> {
  const { resource: _, ...rest } = object;
  return rest;
}
