import type { Inputs } from "./resource.ts";

/**
 * A plain copy of what the policy SDK hands out, whose properties throw when a value is not known before the update
 * (@pulumi/policy, proxy.ts: UnknownValueError). Such values are left out: there is nothing to judge yet.
 */
export function knownInputs(properties: Inputs): Inputs {
  const copy = known(properties);
  return typeof copy === "object" && copy !== null ? { ...copy } : {};
}

function known(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.keys(value).flatMap((key) => {
    const read = () => known(Reflect.get(value, key));
    try {
      return [[key, read()] as const];
    } catch (error) {
      if (isUnknown(error)) return [];
      throw error;
    }
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

/** The class is internal to the SDK; its property is what tells it. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}
