import { createHash } from "node:crypto";

/**
 * Hex digits (upper case) that look random and are always the same for the same seed: serial numbers, ids and
 * hardware addresses of a device that must keep its identity over restarts. Up to 64 digits.
 */
export function derivedHex(seed: string, digits: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, digits).toUpperCase();
}
