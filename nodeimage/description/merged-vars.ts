import type { ImageVars, ImageVarsOverride } from "../../components/config/image-vars.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * The variables of an image: the description's defaults with what a lab, then what one image has otherwise. Pure. Maps are
 * merged key by key, lists and single values replaced.
 */
export function mergedVars(defaults: ImageVars, ...overrides: readonly ImageVarsOverride[]): ImageVars {
  // Every override has the defaults' shape with some keys left out, so the result has that shape as well.
  return overrides.reduce<Values>(merged, defaults) as ImageVars;
}

function merged(below: Values, above: Values): Values {
  const entries = Object.entries(above)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const before = below[key];
      return [key, isMap(before) && isMap(value) ? merged(before, value) : value];
    });
  return { ...below, ...Object.fromEntries(entries) };
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
