import type { AddOnConfig } from "../config/index.ts";

/** An add-on cannot be placed: `index` says which one of the list, `reason` why. */
export class OrderError extends Error {
  readonly index: number;

  constructor(index: number, reason: string) {
    super(reason);
    this.name = "OrderError";
    this.index = index;
  }
}

/**
 * The user's add-ons so that each comes after those it depends on; otherwise the order of the list is kept.
 *
 * @throws OrderError for an add-on that depends on itself, in a circle, or on one that is not in the list.
 */
export function installationOrder(addOns: readonly AddOnConfig[]): AddOnConfig[] {
  const byName = new Map(addOns.map((addOn, index) => [addOn.name, { addOn, index }]));
  const placed = new Set<AddOnConfig>();

  function place(addOn: AddOnConfig, index: number, path: readonly string[]): void {
    if (path.includes(addOn.name))
      throw new OrderError(index, `is a circle: ${[...path, addOn.name].join(" → ")}`);
    if (placed.has(addOn)) return;
    for (const name of addOn.dependsOn) {
      const needed = byName.get(name);
      if (!needed) {
        const known = [...byName.keys()].filter((one) => one !== addOn.name).join(", ") || "no other";
        throw new OrderError(
          index,
          `names ${JSON.stringify(name)}, which is not in the list; there is: ${known}`,
        );
      }
      place(needed.addOn, needed.index, [...path, addOn.name]);
    }
    placed.add(addOn);
  }

  for (const [index, addOn] of addOns.entries()) place(addOn, index, []);
  return [...placed];
}
