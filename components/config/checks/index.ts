import type { Check } from "./check.ts";

/** Every rule beyond the shape of single fields, in the order in which their problems are shown. */
export const checks: readonly Check[] = [];
