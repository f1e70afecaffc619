import type { Segment } from "../timeline/segments.ts";

/**
 * Hosts that did not go through the states in that order; other states may come in between, and a state of less than a
 * second may have been missed, so only those that last belong here. Pure; empty when all did.
 *
 * @param segments of hosts.
 */
export function hostOrder(
  segments: readonly Segment[],
  hosts: readonly string[],
  expected: readonly string[],
): string[] {
  return hosts.flatMap((host) => {
    const went = segments.filter(({ lane }) => lane === host).map(({ state }) => state);
    const rest = [...expected];
    for (const state of went) if (state === rest[0]) rest.shift();
    if (rest.length === 0) return [];
    return [`${host} did not come to ${rest[0]}: ${went.join(" > ") || "nothing was seen of it"}`];
  });
}
