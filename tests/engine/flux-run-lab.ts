import { z } from "zod";
import { KindPaths } from "../../cli/lab/adopt/kind-paths.ts";
import { rememberedFinds } from "../../cli/lab/adopt/remembered-finds.ts";
import { KubeApi } from "../../cli/lab/kube-api.ts";
import { kubeconfigFile } from "../../sim/settings.ts";
import type { TestLab } from "../support/test-lab.ts";

export const fluxManager = "kustomize-controller";
export const kustomizations = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations";

const labelsOf = (kustomization: string) => ({
  "kustomize.toolkit.fluxcd.io/name": kustomization,
  "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
});

const claimed = z.looseObject({
  metadata: z.looseObject({ managedFields: z.array(z.looseObject({ manager: z.string() })) }),
});
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.unknown()).default({}),
  }),
});
type KubernetesObject = z.output<typeof objectSchema>;

const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({ type: z.string(), inputs: z.record(z.string(), z.unknown()).default({}) }),
    ),
  }),
});

/**
 * Makes of a lab that Pulumi made one that Flux runs, without an emulator and unknown to Pulumi: its hosts and clusters are made anew
 * from the same declarations, all of it is applied by Flux's field manager and with Flux's labels, Pulumi's own claims and its state
 * are gone, and there are the Kustomizations that a `flux bootstrap` leaves.
 *
 * @returns what was declared, without the emulator's namespace.
 */
export async function handToFlux(lab: TestLab): Promise<KubernetesObject[]> {
  const api = KubeApi.fromFile(kubeconfigFile(lab.settings), undefined);
  const exported = await lab.exportState("--show-secrets");
  const state = stateSchema.parse(JSON.parse(exported));
  const declared = state.deployment.resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith("Patch"))
    .map(({ inputs }) => objectSchema.parse(plain(inputs)))
    .filter(({ metadata }) => metadata.namespace !== "edge-lab" && metadata.name !== "edge-lab");
  await lab.importState(JSON.stringify({ ...state, deployment: { ...state.deployment, resources: [] } }));
  await lab.kubectl("delete", "--ignore-not-found", "namespace", "edge-lab");
  await lab.kubectl("-n", "clusters", "delete", "--wait", "machinehealthchecks,clusters,bmh", "--all");

  await lab.kubectlInput(JSON.stringify(fluxDefinition), "apply", "-f", "-");
  await lab.kubectl("create", "namespace", "flux-system");
  await lab.kubectl("wait", "--for=condition=Established", "crd", fluxDefinition.metadata.name);
  // The root one brings itself and the other one.
  for (const name of ["flux-system", "lab"]) {
    await api.create(kustomizations, {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name, namespace: "flux-system", labels: labelsOf("flux-system") },
      spec: { interval: "10m", path: `./${name}`, prune: true },
    });
  }

  const items = declared.map(({ metadata, ...rest }) => {
    // Pulumi's own annotations nobody else has.
    const { annotations: _, ...kept } = metadata;
    return { ...rest, metadata: { ...kept, labels: { ...metadata.labels, ...labelsOf("lab") } } };
  });
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const byFlux = ["--server-side", "--force-conflicts", "--field-manager", fluxManager];
  await lab.kubectlInput(list, "apply", ...byFlux, "-f", "-");

  const paths = new KindPaths(rememberedFinds(api));
  for (const { apiVersion, kind, metadata } of declared) {
    const path = await paths.of(apiVersion, kind, metadata.name, metadata.namespace);
    if (path === undefined) throw new Error(`no path of ${kind}`);
    const { managedFields } = claimed.parse(await api.get(path)).metadata;
    const others = managedFields.filter(({ manager }) => !manager.startsWith("pulumi-kubernetes"));
    if (others.length < managedFields.length) await api.patch(path, { metadata: { managedFields: others } });
  }
  return declared;
}

/** Out of a state with its secrets shown: there they are texts of JSON with a mark beside them. Without what Pulumi adds. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { plaintext } = value as { readonly plaintext?: unknown };
  if (typeof plaintext === "string") return JSON.parse(plaintext);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key.startsWith("__") ? [] : [[key, plain(item)]])),
  );
}

const fluxDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "kustomizations.kustomize.toolkit.fluxcd.io" },
  spec: {
    group: "kustomize.toolkit.fluxcd.io",
    names: {
      kind: "Kustomization",
      plural: "kustomizations",
      singular: "kustomization",
      listKind: "KustomizationList",
    },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
