import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { KlapSession } from "./klap-session.ts";

/** Handshakes that were begun and not completed; the oldest is forgotten first. */
const PENDING_KEPT = 8;

interface Pending {
  readonly clientSeed: Buffer;
  readonly plugSeed: Buffer;
}

interface OpenSession {
  readonly klap: KlapSession;
  readonly endsAt: number;
}

export interface LoginRules {
  /** Real plugs keep one session: the newest completed handshake ends the one before. */
  readonly manySessions: boolean;
  readonly sessionLifeMs: number;
  /** Answers the first handshake with a proof that no credentials give. */
  readonly wrongProof: boolean;
}

/** The plug's half of both KLAP v2 handshakes, and the sessions that come of them, by their cookie. */
export class KlapLogin {
  readonly #authHash: Buffer;
  readonly #clock: Clock;
  readonly #rules: () => LoginRules;
  readonly #pending = new Map<string, Pending>();
  readonly #sessions = new Map<string, OpenSession>();

  constructor(username: string, password: string, clock: Clock, rules: () => LoginRules) {
    this.#authHash = sha256(sha1(username), sha1(password));
    this.#clock = clock;
    this.#rules = rules;
  }

  /** The plug's seed and its proof that it knows the credentials. A wrong password is not noticed here. */
  begin(clientSeed: Buffer): { readonly id: string; readonly body: Buffer } {
    const plugSeed = randomBytes(16);
    const proof = sha256(clientSeed, plugSeed, this.#authHash);
    const id = randomBytes(16).toString("hex").toUpperCase();
    this.#pending.set(id, { clientSeed, plugSeed });
    const oldest = this.#pending.keys().next();
    if (this.#pending.size > PENDING_KEPT && !oldest.done) this.#pending.delete(oldest.value);
    return { id, body: Buffer.concat([plugSeed, this.#rules().wrongProof ? randomBytes(32) : proof]) };
  }

  /** "unknown" when the cookie was never given out, "wrong-proof" when the client does not know the credentials. */
  complete(id: string | undefined, proof: Buffer): "ok" | "unknown" | "wrong-proof" {
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || pending === undefined) return "unknown";
    const { clientSeed, plugSeed } = pending;
    const expected = sha256(plugSeed, clientSeed, this.#authHash);
    if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) return "wrong-proof";
    this.#pending.delete(id);
    const { manySessions, sessionLifeMs } = this.#rules();
    if (!manySessions) this.#sessions.clear();
    this.#sessions.set(id, {
      klap: new KlapSession(clientSeed, plugSeed, this.#authHash),
      endsAt: this.#clock.now() + sessionLifeMs,
    });
    return "ok";
  }

  /** The session of that cookie; undefined when it is unknown, displaced or has ended. */
  session(id: string | undefined): KlapSession | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    return session !== undefined && this.#clock.now() < session.endsAt ? session.klap : undefined;
  }

  /** Ends all sessions and begun handshakes, as the plug's restart does. */
  forget(): void {
    this.#sessions.clear();
    this.#pending.clear();
  }
}

function sha1(text: string): Buffer {
  return createHash("sha1").update(text, "utf8").digest();
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
