import { createHash } from "node:crypto";

/** Namespace of the emulator's own UUIDs; arbitrary, and fixed for ever. */
const NAMESPACE = Buffer.from("9b1f6a6e5f0c4c0f8a5d2f6b7c1e3d42", "hex");

/** A version 5 UUID (RFC 9562): the same words always give the same UUID, across restarts and installations. */
export function stableUuid(...words: readonly string[]): string {
  const hash = createHash("sha1").update(NAMESPACE).update(words.join("\0")).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
