import type { JsonObject } from "./resource.ts";

/** Without the properties whose value nobody knows: DSP0266 has an unknown fact left out, not invented. */
export function knownProperties(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
