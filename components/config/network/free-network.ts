import { AddressRange } from "./address-range.ts";

/** A /16 out of 10.0.0.0/8 that overlaps with none of the given networks; undefined when all are taken. */
export function freeNetwork(taken: readonly string[]): string | undefined {
  const ranges = taken.flatMap((network) => AddressRange.ofNetwork(network) ?? []);
  // Upwards from the usual pod network, so that the proposal reads like its neighbours.
  for (let step = 0; step < 256; step++) {
    const candidate = `10.${(245 + step) % 256}.0.0/16`;
    const range = AddressRange.ofNetwork(candidate);
    if (range !== undefined && !ranges.some((other) => other.overlaps(range))) return candidate;
  }
  return undefined;
}
