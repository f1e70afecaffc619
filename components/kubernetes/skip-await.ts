import type { Annotations } from "./wait-for.ts";

/** Annotation that makes the provider take an object for created as soon as the API server has accepted it. */
export function skipAwait(): Annotations {
  return { "pulumi.com/skipAwait": "true" };
}
