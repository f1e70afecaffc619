/**
 * HTTP digest authentication (RFC 2617, RFC 7616) as far as AMT speaks it: MD5 or SHA-256, qop "auth" or none.
 */
import { createHash } from "node:crypto";

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: "MD5" | "SHA-256";
  /** Whether the server offers qop "auth"; without it the old form without counter is used. */
  readonly auth: boolean;
  readonly opaque: string | undefined;
  /** The server knew the nonce and no longer accepts it: says nothing about the password. */
  readonly stale: boolean;
}

export interface DigestRequest {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  /** How often this nonce was used, this time included. */
  readonly count: number;
  readonly clientNonce: string;
}

/** A parameter, with the scheme before it where a challenge begins; what stands in quotes is passed over as a whole. */
const PARAMETER =
  /(?:^|,)\s*(?:([a-z][a-z0-9-]*)\s+)?([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;
const ALGORITHMS = { MD5: "md5", "SHA-256": "sha256" } as const;

/**
 * The first digest challenge we can answer among the WWW-Authenticate header values (AMT may offer Kerberos too), or
 * undefined when there is none.
 */
export function parseDigestChallenge(headers: readonly string[]): DigestChallenge | undefined {
  for (const found of challengesIn(headers.join(","))) {
    const realm = found.get("realm");
    const nonce = found.get("nonce");
    const algorithm = (found.get("algorithm") ?? "MD5").toUpperCase();
    const qops = found
      .get("qop")
      ?.split(",")
      .map((qop) => qop.trim().toLowerCase());
    if (realm === undefined || nonce === undefined) continue;
    if (algorithm !== "MD5" && algorithm !== "SHA-256") continue;
    if (qops && !qops.includes("auth")) continue;
    const stale = found.get("stale")?.toLowerCase() === "true";
    return { realm, nonce, algorithm, auth: qops !== undefined, opaque: found.get("opaque"), stale };
  }
  return undefined;
}

/** The parameters of each digest challenge, by lower-case name. */
function challengesIn(header: string): Map<string, string>[] {
  const challenges: Map<string, string>[] = [];
  let current: Map<string, string> | undefined;
  for (const [, scheme, name = "", quoted, plain] of header.matchAll(PARAMETER)) {
    if (scheme !== undefined) {
      current = scheme.toLowerCase() === "digest" ? new Map() : undefined;
      if (current) challenges.push(current);
    }
    current?.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return challenges;
}

/** The Authorization header value that answers a challenge. Everything AMT's parsers want quoted is quoted. */
export function answerDigestChallenge(challenge: DigestChallenge, request: DigestRequest): string {
  const hash = (text: string): string =>
    createHash(ALGORITHMS[challenge.algorithm]).update(text, "utf8").digest("hex");
  const { realm, nonce, algorithm, auth, opaque } = challenge;
  const { username, password, method, uri, clientNonce } = request;
  const count = request.count.toString(16).padStart(8, "0");
  const secret = hash(`${username}:${realm}:${password}`);
  const target = hash(`${method}:${uri}`);
  const response = hash(
    auth ? `${secret}:${nonce}:${count}:${clientNonce}:auth:${target}` : `${secret}:${nonce}:${target}`,
  );
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ];
  if (algorithm !== "MD5") fields.push(`algorithm=${algorithm}`);
  if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`);
  if (auth) fields.push("qop=auth", `nc=${count}`, `cnonce="${clientNonce}"`);
  return `Digest ${fields.join(", ")}`;
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
