import type { Annotations } from "./wait-for.ts";

export type Propagation = "background" | "orphan";

/**
 * Annotation that replaces the provider's foreground deletion. Cluster API does not support foreground deletion of a
 * Cluster: the garbage collector then removes its machines at once, without order (cluster-api#4085).
 */
export function deletionPropagation(propagation: Propagation): Annotations {
  return { "pulumi.com/deletionPropagationPolicy": propagation };
}
