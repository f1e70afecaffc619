import type { PlainObject } from "../../../components/kubernetes/object.ts";
import type { LoadedManifest, ManifestSet } from "../../../components/manifests/manifest-set.ts";

/**
 * What the modules hold and, made up after the real releases' shape, what only a release has: a Deployment, its
 * certificate, webhook configurations; for the baremetal-operator also its ConfigMap of development values.
 */
export function releaseManifests(modules: ManifestSet): ManifestSet {
  const components = Object.fromEntries(
    Object.entries(modules.components).map(([name, manifest]) => [name, released(manifest)]),
  ) as unknown as ManifestSet["components"];
  return { components, addOns: modules.addOns, problems: [] };
}

function released(manifest: LoadedManifest): LoadedManifest {
  const namespace = manifest.objects.find(({ kind }) => kind === "Namespace")?.metadata.name ?? "default";
  const objects = [
    ...webhooks(namespace),
    deployment(namespace),
    ...(manifest.name === "baremetal-operator" ? [development] : []),
    ...manifest.objects,
  ];
  return { ...manifest, source: "release", objects };
}

function deployment(namespace: string): PlainObject {
  const labels = { "control-plane": "controller-manager" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "controller-manager", namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "manager",
              image: "quay.io/metal3-io/baremetal-operator:v0.13.2",
              imagePullPolicy: "Always",
              envFrom: [{ configMapRef: { name: "ironic" } }],
            },
          ],
        },
      },
    },
  };
}

function webhooks(namespace: string): PlainObject[] {
  return [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: `${namespace}-webhooks` },
      webhooks: [
        {
          name: "validation.example.org",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          clientConfig: { service: { name: "webhook-service", namespace, path: "/validate" } },
        },
      ],
    },
  ];
}

const development: PlainObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "ironic", namespace: "baremetal-operator-system" },
  data: { IRONIC_ENDPOINT: "http://172.22.0.2:6385/v1/", PROVISIONING_INTERFACE: "eth2" },
};
