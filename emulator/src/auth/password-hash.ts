import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import PQueue from "p-queue";

const KEY_LENGTH = 32;
const SALT_LENGTH = 16;
/** About 50 ms: too slow to guess, too slow for every request (see VerifiedCredentials). */
const COST = { N: 2 ** 14, r: 8, p: 1 } as const satisfies ScryptOptions;
/**
 * Passwords hashed at the same time. Node has four threads for such work and the store's writes need one; each hash
 * takes 16 MiB.
 */
const hashing = new PQueue({ concurrency: 2 });

/** A password as it is kept: scrypt (RFC 7914) with the salt and the cost it was made with. */
export class PasswordHash {
  readonly salt: Buffer;
  readonly key: Buffer;

  private constructor(salt: Buffer, key: Buffer) {
    this.salt = salt;
    this.key = key;
  }

  /** Hashes off the event loop; with a random salt unless one is given. */
  static async of(password: string, salt: Buffer = randomBytes(SALT_LENGTH)): Promise<PasswordHash> {
    return new PasswordHash(salt, await derive(password, salt));
  }

  /** A hash that no password has, for user names that do not exist, so that their refusal takes as long. */
  static ofNobody(): PasswordHash {
    return new PasswordHash(randomBytes(SALT_LENGTH), randomBytes(KEY_LENGTH));
  }

  /** Reads what `toString` wrote; undefined for anything else, also another cost. */
  static parse(text: string): PasswordHash | undefined {
    const [scheme, cost, salt = "", key = "", ...rest] = text.split("$");
    if (scheme !== "scrypt" || cost !== costText() || rest.length > 0) return undefined;
    const hash = new PasswordHash(Buffer.from(salt, "base64url"), Buffer.from(key, "base64url"));
    return hash.salt.length === SALT_LENGTH && hash.key.length === KEY_LENGTH ? hash : undefined;
  }

  /** Compares in constant time, off the event loop. */
  async matches(password: string): Promise<boolean> {
    return timingSafeEqual(await derive(password, this.salt), this.key);
  }

  /** For the store. As secret as a hash is: whoever has it can guess at leisure. */
  toString(): string {
    return ["scrypt", costText(), this.salt.toString("base64url"), this.key.toString("base64url")].join("$");
  }
}

function costText(): string {
  return `N=${COST.N},r=${COST.r},p=${COST.p}`;
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  const work = (): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      scrypt(password, salt, KEY_LENGTH, COST, (error, key) => (error ? reject(error) : resolve(key)));
    });
  return hashing.add(work);
}
