import * as pulumi from "@pulumi/pulumi";
import type { LabConfig } from "../config/index.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { skipAwait } from "../kubernetes/skip-await.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import type { LoadedManifest } from "./manifest-set.ts";
import { manifestStages } from "./manifest-stages.ts";
import { withoutDescriptions } from "./without-descriptions.ts";

/** Changes an object of a manifest before it is declared, or leaves it out. Must be pure: it runs in every preview. */
export type Transformation = (object: PlainObject) => PlainObject | undefined;

export interface ReleaseManifestArgs {
  readonly manifest: LoadedManifest;
  /** The manifest's own namespace: declared here when the manifest does not hold it. */
  readonly namespace?: string;
  /** In this order. */
  readonly transformations?: readonly Transformation[];
  /** `none`: only wait for definitions to be served, never for a controller. */
  readonly await: LabConfig["await"];
}

/**
 * The objects of one outside manifest as resources of their own, so that diffs name them. Logical names follow from
 * kind, namespace and name alone: moving to another version or route replaces nothing that stays.
 *
 * What is stored of the arguments is the name, version and source of the manifest: the objects are the children's.
 */
export class ReleaseManifest extends pulumi.ComponentResource {
  readonly objects: readonly KubernetesObject[];
  /** For dependsOn: the whole manifest. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ReleaseManifestArgs, opts?: pulumi.ComponentResourceOptions) {
    const { name: component, version, source } = args.manifest;
    super("edge-lab:manifests:ReleaseManifest", name, { component, version, source }, opts);

    const created: KubernetesObject[] = [];
    let previous: KubernetesObject[] = [];
    for (const stage of manifestStages(this.declared(args))) {
      const dependsOn = previous;
      previous = stage.map(
        (object) =>
          new KubernetesObject(resourceName(name, object), awaiting(object, args.await), {
            parent: this,
            dependsOn,
            // A definition goes only when its last instance is gone; controllers take their time to stop.
            customTimeouts: timeOuts({ apply: 15, delete: 30 }),
          }),
      );
      created.push(...previous);
    }
    this.objects = created;
    this.ready = [this];
    this.registerOutputs({ component, version, source });
  }

  private declared({ manifest, namespace, transformations = [] }: ReleaseManifestArgs): PlainObject[] {
    const objects = manifest.objects.flatMap((object) => {
      let result: PlainObject | undefined = withoutDescriptions(object);
      for (const transform of transformations) result = result && transform(result);
      return result ? [result] : [];
    });
    if (
      !namespace ||
      objects.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace)
    ) {
      return objects;
    }
    return [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...objects];
  }
}

function resourceName(parent: string, { kind, metadata }: PlainObject): string {
  return [parent, kind.toLowerCase(), metadata.namespace, metadata.name].filter(Boolean).join("-");
}

function awaiting(object: PlainObject, mode: LabConfig["await"]): PlainObject {
  if (mode !== "none" || object.kind === "CustomResourceDefinition" || object.kind === "Namespace")
    return object;
  const annotations = { ...object.metadata.annotations, ...skipAwait() };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
