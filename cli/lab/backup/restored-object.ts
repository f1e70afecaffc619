import type { BackupObject, OwnerReference } from "./backup-object.ts";
import { holds } from "./holds.ts";

/** New UIDs by old ones, of what was restored before. */
export type NewUids = ReadonlyMap<string, string>;

/** Of an object's metadata, what is the user's or a controller's and not the API server's. */
const kept = ["name", "namespace", "labels", "annotations", "finalizers"];

/**
 * An object of a backup as it is to be made anew: without what the API server gives itself, without status, its owners by their
 * new UIDs, and held: a Cluster paused, a BareMetalHost paused with its status in the annotation that baremetal-operator takes
 * it from, so that it neither inspects nor provisions the machine again. What `clusterctl move` does, in one way more: hosts
 * are held until they are let go, not until their cluster is. Pure.
 */
export function restoredObject(object: BackupObject, uids: NewUids): object {
  const { status, metadata, ...rest } = object;
  const owners = ownersOf(object, uids);
  const fresh = {
    ...rest,
    metadata: {
      ...Object.fromEntries(Object.entries(metadata).filter(([field]) => kept.includes(field))),
      ...(owners.length === 0 ? {} : { ownerReferences: owners }),
    },
  };
  if (isHost(object)) return annotated(fresh, { ...hostHold(object), ...statusNote(status) });
  if (!isCluster(object) || isPaused(object)) return fresh;
  const spec: unknown = rest.spec;
  return annotated(
    { ...fresh, spec: { ...Object(spec), paused: true } },
    { [holds.clusterMark]: "restored" },
  );
}

/**
 * Who owns which field of it, for a patch after it was made: by then all would be ours, and neither Pulumi nor the topology
 * controller could change what they own. Owners' UIDs are in it too. Pure.
 */
export function restoredFields({ metadata }: BackupObject, uids: NewUids): readonly unknown[] {
  const main = (metadata.managedFields ?? []).filter((entry) => entry.subresource !== "status");
  let text = JSON.stringify(main);
  for (const [before, now] of uids) text = text.replaceAll(before, now);
  return JSON.parse(text) as unknown[];
}

/** Owners that are not in the backup: references to them would have the garbage collector delete the object. Pure. */
export function lostOwners(object: BackupObject, uids: NewUids): readonly OwnerReference[] {
  return (object.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.has(uid));
}

export function isHost({ kind, apiVersion }: BackupObject): boolean {
  return kind === "BareMetalHost" && apiVersion.startsWith("metal3.io/");
}

export function isCluster({ kind, apiVersion }: BackupObject): boolean {
  return kind === "Cluster" && apiVersion.startsWith("cluster.x-k8s.io/");
}

/** Whether somebody had paused the Cluster already. */
export function isPaused({ spec }: BackupObject): boolean {
  return typeof spec === "object" && spec !== null && Reflect.get(spec, "paused") === true;
}

function ownersOf({ metadata }: BackupObject, uids: NewUids): OwnerReference[] {
  return (metadata.ownerReferences ?? []).flatMap((owner) => {
    const uid = uids.get(owner.uid);
    return uid === undefined ? [] : [{ ...owner, uid }];
  });
}

/** A pause that somebody else set stays theirs, and is not let go by us. */
function hostHold({ metadata }: BackupObject): Readonly<Record<string, string>> {
  const paused = metadata.annotations?.[holds.hostPause];
  return paused === undefined ? { [holds.hostPause]: holds.hostPauseValue } : {};
}

function statusNote(status: unknown): Readonly<Record<string, string>> {
  if (typeof status !== "object" || status === null) return {};
  // baremetal-operator has the hardware in an object of its own, HardwareData, and takes it from there.
  const { hardware: _, ...rest } = status as Readonly<Record<string, unknown>>;
  return { [holds.hostStatus]: JSON.stringify(rest) };
}

function annotated<T extends { readonly metadata: object }>(
  object: T,
  more: Readonly<Record<string, string>>,
): T {
  const before: unknown = Reflect.get(object.metadata, "annotations");
  return { ...object, metadata: { ...object.metadata, annotations: { ...Object(before), ...more } } };
}
