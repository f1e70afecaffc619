import assert from "node:assert/strict";
import type { PlainObject } from "../../../components/kubernetes/object.ts";
import type { ManifestSet } from "../../../components/manifests/manifest-set.ts";
import { bareMetalOperatorTransformations } from "../../../components/metal3/baremetal-operator.ts";
import type { ManifestName } from "../../../components/versions.ts";
import { labSchemas } from "../harness/lab-schemas.ts";
import { moduleManifests } from "../harness/module-manifests.ts";

/** Namespace, prefix of names, released image and what only some have, as upstream's release manifests do. */
const providers = [
  {
    name: "baremetal-operator",
    namespace: "baremetal-operator-system",
    prefix: "baremetal-operator-",
    account: "baremetal-operator-controller-manager",
    image: "quay.io/metal3-io/baremetal-operator:v0.13.2",
  },
  {
    name: "cluster-api-core",
    namespace: "capi-system",
    prefix: "capi-",
    account: "capi-manager",
    image: "registry.k8s.io/cluster-api/cluster-api-controller:v1.13.5",
  },
  {
    name: "cluster-api-bootstrap",
    namespace: "capi-kubeadm-bootstrap-system",
    prefix: "capi-kubeadm-bootstrap-",
    account: "capi-kubeadm-bootstrap-manager",
    image: "registry.k8s.io/cluster-api/kubeadm-bootstrap-controller:v1.13.5",
  },
  {
    name: "cluster-api-control-plane",
    namespace: "capi-kubeadm-control-plane-system",
    prefix: "capi-kubeadm-control-plane-",
    account: "capi-kubeadm-control-plane-manager",
    image: "registry.k8s.io/cluster-api/kubeadm-control-plane-controller:v1.13.5",
  },
  {
    name: "ipam",
    namespace: "metal3-ipam-system",
    prefix: "ipam-",
    account: "ipam-manager",
    image: "quay.io/metal3-io/ip-address-manager:v1.13.2",
  },
  {
    name: "capm3",
    namespace: "capm3-system",
    prefix: "capm3-",
    account: "capm3-manager",
    image: "quay.io/metal3-io/cluster-api-provider-metal3:v1.13.2",
  },
] as const satisfies readonly { name: ManifestName; [field: string]: string }[];

interface Named {
  readonly name: string;
  readonly namespace?: string;
  readonly kind?: string;
}
interface WebhookService extends Named {
  readonly port?: number;
}
interface Container {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly containerPort: number; readonly name: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly containers: readonly Container[];
    readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
  };
}

/** The objects are validated against schemas in a test of its own; here their fields are only read. */
function specOf<T>(object: PlainObject | undefined): T {
  assert.ok(object, "no such object");
  return object.spec as T;
}

const clusterWide = /^(Namespace|CustomResourceDefinition|Cluster.*|.*WebhookConfiguration)$/;
const injectCa = "cert-manager.io/inject-ca-from";

describe("the complete manifests of the Go modules", function () {
  this.timeout(300_000);
  let set: ManifestSet;
  let definitions: ManifestSet;
  before(async () => {
    set = await moduleManifests("complete");
    definitions = await moduleManifests();
  });

  const ofKind = (name: ManifestName, kind: string): PlainObject[] =>
    set.components[name].objects.filter((object) => object.kind === kind);
  const one = (name: ManifestName, kind: string, called?: string): PlainObject | undefined =>
    ofKind(name, kind).find(({ metadata }) => called === undefined || metadata.name === called);
  const podTemplate = (name: ManifestName): PodTemplate =>
    specOf<{ template: PodTemplate }>(one(name, "Deployment")).template;

  it("are named as lacking something only where the modules hold nothing but definitions", () => {
    assert.deepEqual(
      set.problems.map(({ component }) => component),
      ["cert-manager", "ironic-standalone-operator"],
    );
  });

  it("hold only objects that the API server would store", async () => {
    const schemas = await labSchemas();
    const errors = Object.values(set.components).flatMap(({ objects }) =>
      objects
        .filter(({ kind }) => kind !== "CustomResourceDefinition")
        .flatMap((object) =>
          schemas.errors(object).map((error) => `${object.kind} ${object.metadata.name}: ${error}`),
        ),
    );
    assert.deepEqual(errors, []);
  });

  it("leave no variable open, and have the gates that a ClusterClass needs", () => {
    for (const { name } of providers) {
      assert.doesNotMatch(JSON.stringify(set.components[name].objects), /\$\{/, name);
    }
    const gates = (name: ManifestName) => podTemplate(name).spec.containers[0]?.args.join(" ") ?? "";
    assert.match(gates("cluster-api-core"), /ClusterTopology=true/);
    assert.match(gates("cluster-api-control-plane"), /ClusterTopology=true/);
    assert.match(gates("capm3"), /--diagnostics-address=:8443/);
  });

  it("define what the definitions alone define", () => {
    const schemasOf = (from: ManifestSet, name: ManifestName) =>
      from.components[name].objects
        .filter(({ kind }) => kind === "CustomResourceDefinition")
        .map((object) => {
          const { conversion: _, ...spec } = specOf<Record<string, unknown>>(object);
          return { name: object.metadata.name, labels: object.metadata.labels, spec };
        });
    for (const { name } of providers) {
      assert.deepEqual(schemasOf(set, name), schemasOf(definitions, name), name);
    }
  });

  it("convert between versions where upstream does, by their own Service", () => {
    const without = providers.flatMap(({ name, prefix, namespace }) =>
      ofKind(name, "CustomResourceDefinition").flatMap((object) => {
        const { conversion } = specOf<{ conversion?: { webhook: { clientConfig: { service: Named } } } }>(
          object,
        );
        if (conversion === undefined) return object.metadata.name;
        const { service } = conversion.webhook.clientConfig;
        assert.deepEqual([service.namespace, service.name], [namespace, `${prefix}webhook-service`]);
        assert.equal(object.metadata.annotations?.[injectCa], `${namespace}/${prefix}serving-cert`);
        return [];
      }),
    );
    const bareMetal = ofKind("baremetal-operator", "CustomResourceDefinition").map(
      ({ metadata }) => metadata.name,
    );
    assert.deepEqual(without, [...bareMetal, "metal3clustertemplates.infrastructure.cluster.x-k8s.io"]);
  });

  it("carry the contract labels by which Cluster API finds a provider's version", () => {
    for (const name of ["capm3", "cluster-api-bootstrap", "cluster-api-control-plane"] as const) {
      for (const { metadata } of ofKind(name, "CustomResourceDefinition")) {
        assert.equal(metadata.labels?.["cluster.x-k8s.io/v1beta1"], "v1beta1", metadata.name);
        assert.equal(metadata.labels?.["cluster.x-k8s.io/v1beta2"], "v1beta2", metadata.name);
      }
    }
  });

  it("let the baremetal-operator's pod read the Ironic resource that this lab declares", () => {
    const changed = set.components["baremetal-operator"].objects.flatMap((object) =>
      bareMetalOperatorTransformations.reduce<PlainObject[]>(
        (objects, transform) => objects.flatMap((one) => transform(one) ?? []),
        [object],
      ),
    );
    const configuration = changed.find(({ kind }) => kind === "ConfigMap");
    assert.deepEqual(configuration?.data, {
      IRONIC_NAME: "ironic",
      IRONIC_NAMESPACE: "baremetal-operator-system",
    });
    const pod = specOf<{ template: { spec: { containers: readonly { envFrom?: unknown }[] } } }>(
      changed.find(({ kind }) => kind === "Deployment"),
    ).template;
    assert.deepEqual(pod.spec.containers[0]?.envFrom, [
      { configMapRef: { name: configuration?.metadata.name } },
    ]);
  });

  for (const { name, namespace, prefix, account, image } of providers) {
    describe(name, () => {
      it("brings its namespace, and puts everything that lives in one there", () => {
        assert.equal(one(name, "Namespace")?.metadata.name, namespace);
        for (const { kind, metadata } of set.components[name].objects) {
          const expected = clusterWide.test(kind) ? undefined : namespace;
          assert.equal(metadata.namespace, expected, `${kind} ${metadata.name}`);
        }
      });

      it("runs the released image, which may have been imported", () => {
        const [container, ...others] = podTemplate(name).spec.containers;
        assert.deepEqual(others, []);
        assert.equal(container?.image, image);
        assert.equal(container?.imagePullPolicy, "IfNotPresent");
        assert.equal(one(name, "Deployment")?.metadata.name, `${prefix}controller-manager`);
      });

      it("gives the account of its pod every permission that it declares", () => {
        assert.equal(podTemplate(name).spec.serviceAccountName, account);
        assert.ok(one(name, "ServiceAccount", account));
        const bindings = [...ofKind(name, "RoleBinding"), ...ofKind(name, "ClusterRoleBinding")];
        assert.ok(bindings.length >= 2);
        for (const binding of bindings) {
          const { roleRef, subjects } = binding as unknown as { roleRef: Named; subjects: readonly Named[] };
          assert.ok(one(name, roleRef.kind ?? "", roleRef.name), `${binding.metadata.name}: ${roleRef.name}`);
          assert.deepEqual(
            subjects.map((subject) => [subject.kind, subject.namespace, subject.name]),
            [["ServiceAccount", namespace, account]],
          );
        }
      });

      it("answers every webhook: Service, pod, port and certificate fit together", () => {
        const template = podTemplate(name);
        const configurations = [
          ...ofKind(name, "ValidatingWebhookConfiguration"),
          ...ofKind(name, "MutatingWebhookConfiguration"),
        ];
        assert.ok(configurations.length > 0);
        for (const configuration of configurations) {
          assert.equal(configuration.metadata.annotations?.[injectCa], `${namespace}/${prefix}serving-cert`);
          const { webhooks } = configuration as unknown as {
            webhooks: readonly { clientConfig: { service: WebhookService } }[];
          };
          assert.ok(webhooks.length > 0);
          for (const { clientConfig } of webhooks) {
            assert.equal(clientConfig.service.name, `${prefix}webhook-service`);
            assert.equal(clientConfig.service.namespace, namespace);
          }
        }
        const service = specOf<{
          selector: Record<string, string>;
          ports: readonly { port: number; targetPort: number | string }[];
        }>(one(name, "Service", `${prefix}webhook-service`));
        for (const [label, value] of Object.entries(service.selector)) {
          assert.equal(template.metadata.labels[label], value);
        }
        const [port] = service.ports;
        assert.equal(port?.port, 443);
        const ports = template.spec.containers[0]?.ports ?? [];
        assert.ok(
          ports.some(({ containerPort, name: called }) => [containerPort, called].includes(port.targetPort)),
          `no port ${port.targetPort}`,
        );
        const certificate = specOf<{ secretName: string; dnsNames: readonly string[]; issuerRef: Named }>(
          one(name, "Certificate", `${prefix}serving-cert`),
        );
        assert.ok(certificate.dnsNames.includes(`${prefix}webhook-service.${namespace}.svc`));
        assert.ok(one(name, "Issuer", certificate.issuerRef.name));
        const volume = template.spec.volumes.find(
          ({ secret }) => secret?.secretName === certificate.secretName,
        );
        assert.ok(template.spec.containers[0]?.volumeMounts.some((mount) => mount.name === volume?.name));
      });
    });
  }
});
