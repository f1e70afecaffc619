import type { BackupObject } from "./backup-object.ts";

/**
 * Objects in an order in which each comes after its owners: what it refers to them by is known only once they are made. Owners
 * that are not among them do not count. Pure.
 * @throws Error for owners in a circle, which no API server's garbage collector would bear either.
 */
export function restoreOrder(objects: readonly BackupObject[]): BackupObject[] {
  const byUid = new Map(objects.map((object) => [object.metadata.uid, object]));
  const ordered: BackupObject[] = [];
  const state = new Map<BackupObject, "begun" | "done">();
  const place = (object: BackupObject): void => {
    if (state.get(object) === "done") return;
    if (state.get(object) === "begun") throw new Error(`${object.kind} ${object.metadata.name} owns itself`);
    state.set(object, "begun");
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owner = byUid.get(uid);
      if (owner !== undefined) place(owner);
    }
    state.set(object, "done");
    ordered.push(object);
  };
  for (const object of objects) place(object);
  return ordered;
}
