import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { parseDigestHeader } from "./digest-header.ts";
import { LockOut } from "./lock-out.ts";

/** Old nonces are remembered to be called stale, the oldest forgotten first. */
const NONCES_KEPT = 256;

interface Nonce {
  readonly madeAt: number;
  /** The highest nc so far. */
  count: number;
  uses: number;
  retired: boolean;
}

export interface DigestRules {
  readonly refuseLogins: boolean;
  readonly lockedOut: boolean;
  readonly nonceUses: number | null;
  readonly nonceLifeMs: number;
  readonly authInt: boolean;
}

export interface DigestRequest {
  readonly authorization: string | undefined;
  readonly method: string;
  /** As in the request line. */
  readonly uri: string;
  readonly body: Buffer;
}

/** "challenge" was no attempt with a password that the engine could judge; "failed" was one with a wrong password. */
export type DigestOutcome =
  | { readonly kind: "ok"; readonly newLogin: boolean }
  | { readonly kind: "challenge"; readonly stale: boolean; readonly why: string }
  | { readonly kind: "failed" }
  | { readonly kind: "locked" };

/**
 * The engine's side of HTTP digest (RFC 2617, MD5, qop auth): a nonce may be used again with a rising nc, and may be
 * dropped by the engine at any time, which is told by stale="true". (RFC 2617; Intel AMT SDK.)
 */
export class DigestLogin {
  readonly #realm: string;
  readonly #username: string;
  readonly #ha1: string;
  readonly #clock: Clock;
  readonly #rules: () => DigestRules;
  readonly #lockOut: LockOut;
  readonly #nonces = new Map<string, Nonce>();

  constructor(realm: string, username: string, password: string, clock: Clock, rules: () => DigestRules) {
    this.#realm = realm;
    this.#username = username;
    this.#ha1 = md5(`${username}:${realm}:${password}`);
    this.#clock = clock;
    this.#rules = rules;
    this.#lockOut = new LockOut(clock);
  }

  /** A fresh challenge, everything quoted as AMT does, with the order and spacing of the real one. */
  challenge(stale: boolean): string {
    const nonce = randomBytes(24).toString("base64");
    this.#nonces.set(nonce, { madeAt: this.#clock.now(), count: 0, uses: 0, retired: false });
    const oldest = this.#nonces.keys().next();
    if (this.#nonces.size > NONCES_KEPT && !oldest.done) this.#nonces.delete(oldest.value);
    const qop = this.#rules().authInt ? "auth-int, auth" : "auth";
    return `Digest realm="${this.#realm}", nonce="${nonce}",stale="${stale}",qop="${qop}"`;
  }

  /** Every nonce in use becomes stale, as the engine does now and then. */
  forget(): void {
    for (const nonce of this.#nonces.values()) nonce.retired = true;
  }

  check(request: DigestRequest): DigestOutcome {
    const fields = parseDigestHeader(request.authorization);
    if (fields === undefined) return { kind: "challenge", stale: false, why: "no digest" };
    if (this.#lockOut.locked || this.#rules().lockedOut) return { kind: "locked" };
    const nonceText = fields.get("nonce") ?? "";
    const nonce = this.#nonces.get(nonceText);
    if (nonce === undefined) return { kind: "challenge", stale: false, why: "unknown nonce" };
    const wrong = this.#mistake(fields, request);
    if (wrong !== undefined) return { kind: "challenge", stale: false, why: wrong };
    if (this.#rules().refuseLogins || !this.#fits(fields, request)) {
      this.#lockOut.failed();
      return { kind: "failed" };
    }
    const { nonceUses, nonceLifeMs } = this.#rules();
    const expired = this.#clock.now() - nonce.madeAt >= nonceLifeMs;
    const spent = nonceUses !== null && nonce.uses >= nonceUses;
    if (nonce.retired || expired || spent) return { kind: "challenge", stale: true, why: "stale nonce" };
    const count = Number.parseInt(fields.get("nc") ?? "", 16);
    if (count <= nonce.count) return { kind: "challenge", stale: true, why: "replayed nc" };
    nonce.count = count;
    nonce.uses += 1;
    this.#lockOut.succeeded();
    return { kind: "ok", newLogin: nonce.uses === 1 };
  }

  /** What is wrong with the form of the header, so that it says nothing about the password. */
  #mistake(fields: ReadonlyMap<string, string>, request: DigestRequest): string | undefined {
    if (fields.get("realm") !== this.#realm) return "another realm";
    if (fields.get("uri") !== request.uri) return "another uri";
    if ((fields.get("algorithm") ?? "MD5").toUpperCase() !== "MD5") return "another algorithm";
    const qop = fields.get("qop");
    if (qop !== "auth" && !(qop === "auth-int" && this.#rules().authInt)) return "qop not offered";
    if (!/^[0-9a-fA-F]{8}$/.test(fields.get("nc") ?? "")) return "nc is not 8 hex digits";
    return (fields.get("cnonce") ?? "") === "" ? "no cnonce" : undefined;
  }

  #fits(fields: ReadonlyMap<string, string>, request: DigestRequest): boolean {
    const qop = fields.get("qop") ?? "";
    const entity = qop === "auth-int" ? `:${md5(request.body)}` : "";
    const ha2 = md5(`${request.method}:${request.uri}${entity}`);
    const middle = ["nonce", "nc", "cnonce"].map((name) => fields.get(name) ?? "").join(":");
    const expected = Buffer.from(md5(`${this.#ha1}:${middle}:${qop}:${ha2}`));
    const given = Buffer.from((fields.get("response") ?? "").toLowerCase());
    const fits = given.length === expected.length && timingSafeEqual(given, expected);
    return fits && fields.get("username") === this.#username;
  }
}

function md5(data: string | Buffer): string {
  return createHash("md5").update(data).digest("hex");
}
