import assert from "node:assert/strict";
import { labSchemas } from "../harness/lab-schemas.ts";
import type { SchemaSet } from "../harness/schema-set.ts";

describe("the harness's schemas", () => {
  let schemas: SchemaSet;
  before(async () => {
    schemas = await labSchemas();
  });

  const certificate = {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: "ironic-tls", namespace: "default" },
    spec: {
      secretName: "ironic-tls",
      dnsNames: ["x.svc"],
      issuerRef: { name: "edge-lab-ca", kind: "ClusterIssuer" },
    },
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a", namespace: "default", creationTimestamp: null },
    spec: {
      selector: { matchLabels: { app: "a" } },
      template: {
        metadata: { labels: { app: "a" } },
        spec: {
          containers: [
            {
              name: "a",
              image: "a",
              resources: { limits: { cpu: 1, memory: "64Mi" } },
              livenessProbe: { httpGet: { path: "/", port: "https" } },
            },
          ],
        },
      },
    },
  };

  it("accept good objects of custom and built-in kinds", () => {
    assert.deepEqual(schemas.errors(certificate), []);
    assert.deepEqual(schemas.errors(deployment), []);
  });

  it("refuse a field that the definition does not know", () => {
    assert.deepEqual(schemas.errors({ ...certificate, spec: { ...certificate.spec, secretname: "x" } }), [
      "/spec must NOT have additional properties: secretname",
    ]);
  });

  it("refuse an unknown field deep in a built-in kind, a missing field and a wrong type", () => {
    const broken = structuredClone(deployment) as {
      spec: { template: { spec: object }; replicas?: unknown; selector?: unknown };
    };
    broken.spec.template.spec = { ...broken.spec.template.spec, hostNetworks: true };
    broken.spec.replicas = "one";
    delete broken.spec.selector;
    const errors = schemas.errors(broken).join("\n");
    assert.match(errors, /must NOT have additional properties: hostNetworks/);
    assert.match(errors, /replicas must be integer/);
    assert.match(errors, /must have required property 'selector'/);
  });

  it("refuse a wrong field in metadata, and null where a definition does not allow it", () => {
    assert.match(
      schemas.errors({ ...certificate, metadata: { name: "a", label: {} } }).join(),
      /properties: label/,
    );
    const withNull = { ...certificate, spec: { ...certificate.spec, duration: null } };
    assert.match(schemas.errors(withNull).join(), /duration must be string/);
  });

  it("refuse a kind or version that nobody serves", () => {
    assert.deepEqual(
      schemas.errors({ apiVersion: "cluster.x-k8s.io/v1beta9", kind: "Cluster", metadata: { name: "a" } }),
      ["no schema knows cluster.x-k8s.io/v1beta9 Cluster"],
    );
  });

  it("know the custom kinds of the lab in their newest version", () => {
    const kinds: readonly (readonly [string, string])[] = [
      ["ironic.metal3.io/v1alpha1", "Ironic"],
      ["metal3.io/v1alpha1", "BareMetalHost"],
      ["cluster.x-k8s.io/v1beta2", "ClusterClass"],
      ["cluster.x-k8s.io/v1beta2", "Cluster"],
      ["controlplane.cluster.x-k8s.io/v1beta2", "KubeadmControlPlaneTemplate"],
      ["bootstrap.cluster.x-k8s.io/v1beta2", "KubeadmConfigTemplate"],
      ["infrastructure.cluster.x-k8s.io/v1beta2", "Metal3MachineTemplate"],
      ["ipam.metal3.io/v1alpha1", "IPPool"],
    ];
    for (const [apiVersion, kind] of kinds) assert.equal(schemas.isNamespaced(apiVersion, kind), true, kind);
    assert.equal(schemas.isNamespaced("cert-manager.io/v1", "ClusterIssuer"), false);
  });
});
