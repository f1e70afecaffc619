import type { StateResource } from "../components/stack-state/stack-state.ts";

/** A resource as the program declares it: secrets opened, what only an update will know left out. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  readonly protect: boolean;
}

/** The same resource in Pulumi's state, from its last update. Secrets in it are encrypted. */
export type PastResource = Omit<StateResource, "outputs">;

export type Inputs = Readonly<Record<string, unknown>>;

/** Kubernetes' types that policies look at, as Pulumi spells them. */
export const types = {
  cluster: "kubernetes:cluster.x-k8s.io/v1beta2:Cluster",
  host: "kubernetes:metal3.io/v1alpha1:BareMetalHost",
  networkPolicy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  secret: "kubernetes:core/v1:Secret",
  configMap: "kubernetes:core/v1:ConfigMap",
  lab: "edge-lab:lab:Lab",
} as const;

/** What is at a path in inputs; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, step) => (typeof found === "object" && found !== null ? Reflect.get(found, step) : undefined),
    value,
  );
}

/** The text at a path; undefined for anything else. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The name of the Kubernetes object, else that of the resource. */
export function objectName(resource: PlannedResource): string {
  return textAt(resource.inputs, "metadata", "name") ?? resource.name;
}
