import assert from "node:assert/strict";
import type { RecordedResource } from "./recorded-resource.ts";

/** A Kubernetes object as the provider would send it, and the resource it came from. */
export interface RecordedObject {
  readonly resource: RecordedResource;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** All that a program registered, and questions about it. */
export class Recording<Result> {
  readonly result: Result;
  readonly resources: readonly RecordedResource[];

  constructor(result: Result, resources: readonly RecordedResource[]) {
    this.result = result;
    this.resources = resources;
  }

  /** Every Kubernetes object; a `*Patch`, a chart or another resource of the provider is none. */
  get objects(): RecordedObject[] {
    return this.resources.flatMap((resource) => {
      const { apiVersion, kind, metadata } = resource.inputs;
      const object = resource.custom && resource.type.startsWith("kubernetes:") && typeof kind === "string";
      const patch = resource.type.endsWith(`:${String(kind)}Patch`);
      return object && !patch && typeof apiVersion === "string" && typeof metadata === "object"
        ? [{ ...resource.inputs, resource } as RecordedObject]
        : [];
    });
  }

  /** The one object of this kind and name; fails, listing what there is, when there is none. */
  object(kind: string, name: string, namespace?: string): RecordedObject {
    const ofKind = this.objects.filter((object) => object.kind === kind);
    const found = ofKind.find(
      ({ metadata }) =>
        metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
    );
    const known = ofKind
      .map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`)
      .join(", ");
    assert.ok(found, `no ${kind} ${namespace ?? "*"}/${name}; there are: ${known}`);
    return found;
  }

  /** The one resource with this logical name. */
  resource(name: string): RecordedResource {
    const found = this.resources.find((resource) => resource.name === name);
    const known = this.resources.map((resource) => resource.name).join(", ");
    assert.ok(found, `no resource ${name}; there are: ${known}`);
    return found;
  }

  /**
   * Whether `later` is created after `earlier` and destroyed before it: through dependsOn, through its parents'
   * dependsOn, and through components, on which to depend means to depend on all their children.
   */
  isAfter(later: RecordedResource, earlier: RecordedResource): boolean {
    const byUrn = new Map(this.resources.map((resource) => [resource.urn, resource]));
    const seen = new Set<string>();
    const open = [later.urn];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      const resource = byUrn.get(urn);
      if (seen.has(urn) || !resource) continue;
      seen.add(urn);
      for (const dependency of this.#dependencies(resource, byUrn)) {
        if (dependency === earlier.urn) return true;
        open.push(dependency);
      }
    }
    return false;
  }

  #dependencies(resource: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): string[] {
    const direct = new Set(resource.dependsOn);
    for (let up = resource.parent; up !== undefined; up = byUrn.get(up)?.parent) {
      for (const urn of byUrn.get(up)?.dependsOn ?? []) direct.add(urn);
    }
    return [...direct].flatMap((urn) => [urn, ...this.#descendants(urn)]);
  }

  #descendants(urn: string): string[] {
    const children = this.resources.filter(({ parent }) => parent === urn);
    return children.flatMap((child) => [child.urn, ...this.#descendants(child.urn)]);
  }
}
