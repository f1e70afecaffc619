import { closestWord } from "../closest-word.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** What add-ons depend on exists, and the order has no circle. */
export const addOnOrder: Check = (draft) => {
  const addOns = draft.addOns ?? [];
  const after = new Map(
    addOns.flatMap((addOn) => (addOn?.name ? [[addOn.name, addOn.dependsOn ?? []] as const] : [])),
  );
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (after.get(from) ?? []).some((next) => {
      if (next === undefined || seen.has(next)) return false;
      return next === goal || reaches(next, goal, seen.add(next));
    });
  return addOns.flatMap((addOn, index) =>
    (addOn?.dependsOn ?? []).flatMap((needed, at): Problem[] => {
      const path = ["addOns", index, "dependsOn", at];
      if (needed === undefined || addOn?.name === undefined) return [];
      if (!after.has(needed)) {
        const meant = closestWord(needed, [...after.keys()]);
        const fix = meant === undefined ? "declare it, or leave it out" : `did you mean ${meant}?`;
        return [problem(path, needed, "is not an add-on of this lab", fix)];
      }
      if (needed !== addOn.name && !reaches(needed, addOn.name, new Set())) return [];
      return [
        problem(
          path,
          needed,
          `waits for ${addOn.name} itself, in a circle`,
          "take one step out of the circle",
        ),
      ];
    }),
  );
};
