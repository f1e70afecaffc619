import { ApiRefusal, ApiUnreachable, type KubeApi } from "../kube-api.ts";
import { type FluxOwner, fluxOwners } from "./flux-owner.ts";
import { KindPaths } from "./kind-paths.ts";
import { type PlannedObject, plannedObjects } from "./planned-objects.ts";

/** An object that is there and that Pulumi would take over. */
export interface Adoption {
  /** As in "BareMetalHost clusters/m920q-1". */
  readonly name: string;
  /** Its resource in the program. */
  readonly resource: string;
  /** Who of Flux brought it. */
  readonly owners: readonly string[];
  /** Why the API server would refuse it, in its own words; null when it would not. */
  readonly refusal: string | null;
}

export interface AdoptPlan {
  readonly adopt: readonly Adoption[];
  /** Objects that Pulumi would make because they are not there. */
  readonly create: number;
  /** What of Flux is still at work on what would be taken over; who brings another one first. */
  readonly flux: readonly FluxOwner[];
}

/**
 * What `pulumi up` would take over of a lab that somebody else runs. Changes nothing: whether the API server would accept an object
 * it is asked by a dry run, webhooks included, as Pulumi will apply it: a field that somebody else owns with another value is refused.
 *
 * @param preview what `pulumi preview --json` writes.
 * @throws ApiRefusal, ApiUnreachable; ZodError for a preview of another form.
 */
export async function adoptPlan(
  api: Pick<KubeApi, "find" | "dryApply">,
  preview: unknown,
): Promise<AdoptPlan> {
  const paths = new KindPaths(api);
  const adopt: Adoption[] = [];
  const flux = new Map<string, FluxOwner>();
  let create = 0;
  for (const planned of plannedObjects(preview)) {
    const { apiVersion, kind, metadata } = planned.object;
    const path = await paths.of(apiVersion, kind, metadata.name, metadata.namespace);
    const present = path === undefined ? undefined : await api.find(path);
    if (path === undefined || present === undefined) {
      create += 1;
      continue;
    }
    const owners = await fluxOwners(api, present);
    for (const owner of owners) if (!owner.suspended) flux.set(owner.path, owner);
    const place = metadata.namespace === undefined ? "" : `${metadata.namespace}/`;
    adopt.push({
      name: `${kind} ${place}${metadata.name}`,
      resource: planned.resource,
      owners: owners.map(({ name }) => name),
      refusal: await refusalOf(api, path, planned),
    });
  }
  return { adopt, create, flux: [...flux.values()] };
}

async function refusalOf(
  api: Pick<KubeApi, "dryApply">,
  path: string,
  { object }: PlannedObject,
): Promise<string | null> {
  // The provider puts a definition in its place whole, whoever owns what of it.
  if (object.kind === "CustomResourceDefinition") return null;
  // A preview does not know what is in a Secret.
  const { data: _, stringData: __, ...rest } = object;
  try {
    await api.dryApply(path, object.kind === "Secret" ? rest : object);
    return null;
  } catch (error) {
    if (error instanceof ApiRefusal || error instanceof ApiUnreachable) return error.message;
    throw error;
  }
}
