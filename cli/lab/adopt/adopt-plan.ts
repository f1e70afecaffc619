import { z } from "zod";
import { inParallel } from "../../../components/parallel/in-parallel.ts";
import { groupOf, isOfHostsOrClusters } from "../hosts-or-clusters.ts";
import type { KubeApi } from "../kube-api.ts";
import { clusterByAnotherName } from "./cluster-adoption.ts";
import { type FluxOwner, fluxOwners } from "./flux-owner.ts";
import { machineByAnotherName } from "./host-adoption.ts";
import { KindPaths } from "./kind-paths.ts";
import { type Look, lookAtObject } from "./look-at-object.ts";
import { type PlannedObject, plannedObjects } from "./planned-objects.ts";
import { rememberedFinds } from "./remembered-finds.ts";

/** An object of the program that is there already, or that must not be made beside what is there. */
export interface Adoption extends Look {
  /** As in "BareMetalHost clusters/m920q-1". */
  readonly name: string;
  /** Its resource in the program. */
  readonly resource: string;
  /** Where the API server has it; undefined where it is not there. */
  readonly path: string | undefined;
  /** Who of Flux brought it. */
  readonly owners: readonly string[];
}

export interface AdoptPlan {
  readonly adopt: readonly Adoption[];
  /** Objects that Pulumi would make because they are not there. */
  readonly create: readonly string[];
  /** Hosts that the stack file does not name: nobody touches them. */
  readonly left: readonly string[];
  /** What of Flux is still at work on what would be taken over; who brings another one first. */
  readonly flux: readonly FluxOwner[];
}

/** A definition is a megabyte that the API server merges. */
const atOnce = 3;
const everyHost = "/apis/metal3.io/v1alpha1/baremetalhosts";
const everyCluster = "/apis/cluster.x-k8s.io/v1beta2/clusters";
const named = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });

/**
 * What `pulumi up` would take over of a lab that somebody else runs. Changes nothing: whether the API server would accept an object
 * it is asked by a dry run, webhooks included, as Pulumi will apply it: a field that somebody else owns with another value is refused.
 *
 * @param preview what `pulumi preview --json` writes.
 * @throws ApiRefusal, ApiUnreachable; ZodError for a preview of another form.
 */
export async function adoptPlan(
  api: Pick<KubeApi, "find" | "list" | "dryApply">,
  preview: unknown,
): Promise<AdoptPlan> {
  const planned = plannedObjects(preview);
  const namesOf = (kind: string): string[] =>
    planned.flatMap(({ object }) => (object.kind === kind ? [object.metadata.name] : []));
  const hosts = await api.list(everyHost);
  const clusters = await api.list(everyCluster);
  // Many objects have the same kinds and owners.
  const remembered = rememberedFinds(api);
  const paths = new KindPaths(remembered);
  const flux = new Map<string, FluxOwner>();

  const looked = await inParallel(planned, atOnce, async (one): Promise<Adoption | string> => {
    const { apiVersion, kind, metadata } = one.object;
    const name = `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
    const path = await paths.of(apiVersion, kind, metadata.name, metadata.namespace);
    const present = path === undefined ? undefined : await api.find(path);
    if (path !== undefined && present !== undefined) {
      const owners = await fluxOwners(remembered, present);
      for (const owner of owners) if (!owner.suspended) flux.set(owner.path, owner);
      const found = await lookAtObject(api, path, one, present);
      return { name, resource: one.resource, path, owners: owners.map((owner) => owner.name), ...found };
    }
    const refusal = (await olderControllers(remembered, one)) ?? rival(one);
    if (refusal === null) return name;
    const nothing = { path: undefined, owners: [], changes: [], release: [] };
    return { name, resource: one.resource, ...nothing, refusal };
  });

  function rival({ object }: PlannedObject): string | null {
    if (object.kind === "BareMetalHost") return machineByAnotherName(object, hosts);
    return object.kind === "Cluster" ? clusterByAnotherName(clusters, namesOf("Cluster")) : null;
  }

  return {
    adopt: looked.filter((one) => typeof one !== "string"),
    create: looked.filter((one) => typeof one === "string"),
    left: hosts
      .map((host) => named.parse(host).metadata.name)
      .filter((name) => !namesOf("BareMetalHost").includes(name)),
    flux: [...flux.values()],
  };
}

/** Hosts or clusters may be there in a version of their kinds that the program does not know: then nothing can be said of them. */
async function olderControllers(
  api: Pick<KubeApi, "find">,
  { object: { apiVersion, kind } }: PlannedObject,
): Promise<string | null> {
  const group = groupOf(apiVersion);
  if (!isOfHostsOrClusters(group)) return null;
  const served = (await api.find(`/apis/${apiVersion}`)) !== undefined;
  if (served || (await api.find(`/apis/${group}`)) === undefined) return null;
  return (
    `the infra cluster has kinds of ${group}, but no ${kind} of ${apiVersion}: its controllers are older. ` +
    "Fix: upgrade them first, by what runs the lab now"
  );
}
