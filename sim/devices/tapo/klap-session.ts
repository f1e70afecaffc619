import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from "node:crypto";

const SIGNATURE_BYTES = 32;

/** Why a request was not opened: its sequence or signature (the plug says 403), or its contents. */
export type KlapRefusal = "sequence" | "signature" | "ciphertext";

export type KlapRequest =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly refusal: KlapRefusal };

/**
 * One KLAP v2 session as the plug sees it: the keys of both seeds, and the last sequence that was accepted.
 *
 * With M = client seed + plug seed + auth hash: AES-128 key sha256("lsk"+M)[0:16]; IV prefix sha256("iv"+M)[0:12] and
 * start of the sequence in its last 4 bytes (big endian, signed); signature key sha256("ldk"+M)[0:28]. A body is
 * sha256(signature key + sequence + ciphertext) followed by the ciphertext. (As python-kasa and plugp100 speak it.)
 */
export class KlapSession {
  readonly #key: Buffer;
  readonly #ivPrefix: Buffer;
  readonly #signatureKey: Buffer;
  #sequence: number;

  constructor(clientSeed: Buffer, plugSeed: Buffer, authHash: Buffer) {
    const derive = (label: string) =>
      createHash("sha256").update(label).update(clientSeed).update(plugSeed).update(authHash).digest();
    const iv = derive("iv");
    this.#key = derive("lsk").subarray(0, 16);
    this.#ivPrefix = iv.subarray(0, 12);
    this.#sequence = iv.readInt32BE(28);
    this.#signatureKey = derive("ldk").subarray(0, 28);
  }

  /** Checks and decrypts a request. Its sequence has to be above the last one, where 2^31-1 is followed by -2^31. */
  open(sequence: number, body: Buffer): KlapRequest {
    if (((sequence - this.#sequence) | 0) <= 0) return { ok: false, refusal: "sequence" };
    const ciphertext = body.subarray(SIGNATURE_BYTES);
    const signature = body.subarray(0, SIGNATURE_BYTES);
    if (
      signature.length !== SIGNATURE_BYTES ||
      !timingSafeEqual(signature, this.#sign(sequence, ciphertext))
    ) {
      return { ok: false, refusal: "signature" };
    }
    this.#sequence = sequence;
    try {
      const decipher = createDecipheriv("aes-128-cbc", this.#key, this.#iv(sequence));
      return {
        ok: true,
        text: Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8"),
      };
    } catch {
      return { ok: false, refusal: "ciphertext" };
    }
  }

  /** An answer carries the sequence of its request. */
  seal(sequence: number, text: string): Buffer {
    const cipher = createCipheriv("aes-128-cbc", this.#key, this.#iv(sequence));
    const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([this.#sign(sequence, ciphertext), ciphertext]);
  }

  #sign(sequence: number, ciphertext: Buffer): Buffer {
    return createHash("sha256")
      .update(this.#signatureKey)
      .update(int32(sequence))
      .update(ciphertext)
      .digest();
  }

  #iv(sequence: number): Buffer {
    return Buffer.concat([this.#ivPrefix, int32(sequence)]);
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
