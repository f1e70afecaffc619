import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { type IncomingHttpHeaders, request } from "node:http";

export interface PlugHttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const hash = (algorithm: string, ...parts: (string | Buffer)[]): Buffer => {
  const digest = createHash(algorithm);
  for (const part of parts) digest.update(part);
  return digest.digest();
};

const bigEndian = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** A POST to a plug without any protocol on top. Rejects when the connection breaks. */
export function post(
  address: string,
  path: string,
  body: Buffer | string = "",
  headers: Record<string, string> = {},
): Promise<PlugHttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `http://${address}${path}`,
      { method: "POST", headers, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/**
 * A KLAP v2 client after python-kasa's and plugp100's, with its insides open so that a test can do everything wrong.
 */
export class KlapClient {
  readonly address: string;
  readonly authHash: Buffer;
  cookie = "";
  sequence = 0;
  key: Buffer = Buffer.alloc(0);
  ivPrefix: Buffer = Buffer.alloc(0);
  signatureKey: Buffer = Buffer.alloc(0);
  localSeed: Buffer = Buffer.alloc(0);
  remoteSeed: Buffer = Buffer.alloc(0);
  proofMatches = false;

  constructor(address: string, username: string, password: string) {
    this.address = address;
    this.authHash = hash("sha256", hash("sha1", username), hash("sha1", password));
  }

  async handshake1(): Promise<PlugHttpAnswer> {
    this.localSeed = randomBytes(16);
    const answer = await post(this.address, "/app/handshake1", this.localSeed);
    if (answer.status !== 200) return answer;
    this.cookie = (answer.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
    this.remoteSeed = answer.body.subarray(0, 16);
    const proof = hash("sha256", this.localSeed, this.remoteSeed, this.authHash);
    this.proofMatches = proof.equals(answer.body.subarray(16));
    return answer;
  }

  async handshake2(
    proof: Buffer = hash("sha256", this.remoteSeed, this.localSeed, this.authHash),
  ): Promise<PlugHttpAnswer> {
    const answer = await post(this.address, "/app/handshake2", proof, { Cookie: this.cookie });
    const secret = [this.localSeed, this.remoteSeed, this.authHash];
    const iv = hash("sha256", "iv", ...secret);
    this.key = hash("sha256", "lsk", ...secret).subarray(0, 16);
    this.ivPrefix = iv.subarray(0, 12);
    this.sequence = iv.subarray(28).readInt32BE();
    this.signatureKey = hash("sha256", "ldk", ...secret).subarray(0, 28);
    return answer;
  }

  async login(): Promise<this> {
    for (const step of [() => this.handshake1(), () => this.handshake2()]) {
      const { status } = await step();
      if (status !== 200) throw new Error(`login: HTTP ${status}`);
    }
    return this;
  }

  /** The body of a request with that sequence. */
  seal(sequence: number, text: string): Buffer {
    const cipher = createCipheriv(
      "aes-128-cbc",
      this.key,
      Buffer.concat([this.ivPrefix, bigEndian(sequence)]),
    );
    const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([hash("sha256", this.signatureKey, bigEndian(sequence), ciphertext), ciphertext]);
  }

  /** Decrypts an answer and insists on its signature. */
  unseal(sequence: number, body: Buffer): unknown {
    const ciphertext = body.subarray(32);
    const expected = hash("sha256", this.signatureKey, bigEndian(sequence), ciphertext);
    if (!expected.equals(body.subarray(0, 32))) throw new Error("the plug's signature is wrong");
    const iv = Buffer.concat([this.ivPrefix, bigEndian(sequence)]);
    const decipher = createDecipheriv("aes-128-cbc", this.key, iv);
    return JSON.parse(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString());
  }

  send(sequence: number, body: Buffer): Promise<PlugHttpAnswer> {
    return post(this.address, `/app/request?seq=${sequence}`, body, { Cookie: this.cookie });
  }

  /** The next request in order; rejects with "HTTP n" when the plug refuses it. */
  async call(method: string, params?: unknown): Promise<{ error_code: number; result?: unknown }> {
    this.sequence = (this.sequence + 1) | 0;
    const sequence = this.sequence;
    const answer = await this.send(sequence, this.seal(sequence, JSON.stringify({ method, params })));
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    return this.unseal(sequence, answer.body) as { error_code: number; result?: unknown };
  }
}
