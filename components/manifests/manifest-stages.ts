import type { PlainObject } from "../kubernetes/object.ts";

/**
 * The objects of a manifest in the groups in which they have to be created. Pulumi destroys in the reverse order, so
 * this is also the rule for the end: webhook configurations first (nothing is refused because its webhook
 * is gone), then controllers, then definitions, and namespaces last.
 */
export function manifestStages(objects: readonly PlainObject[]): PlainObject[][] {
  const stages: [PlainObject[], PlainObject[], PlainObject[], PlainObject[]] = [[], [], [], []];
  for (const object of objects) stages[stageOf(object)].push(object);
  return stages.filter((stage) => stage.length > 0);
}

function stageOf({ kind }: PlainObject): 0 | 1 | 2 | 3 {
  if (kind === "Namespace") return 0;
  if (kind === "CustomResourceDefinition") return 1;
  return kind.endsWith("WebhookConfiguration") ? 3 : 2;
}
