import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** An add-on is one manifest or one chart. */
export const addOnSources: Check = (draft) =>
  (draft.addOns ?? []).flatMap((addOn, index): Problem[] => {
    if (addOn === undefined || (addOn.manifest === undefined) !== (addOn.chart === undefined)) return [];
    const wrong =
      addOn.manifest === undefined ? "has neither manifest nor chart" : "has both manifest and chart";
    return [problem(["addOns", index], addOn.name, wrong, "give exactly one of them")];
  });
