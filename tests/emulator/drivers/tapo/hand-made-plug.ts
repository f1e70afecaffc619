import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Arrivals } from "../support/arrivals.ts";
import { SECRETS } from "../support/driver-under-test.ts";

/** What becomes of an HTTP request; "drop" and "silence" come after a request was carried out. */
export type Fate = "answer" | "drop" | "drop-before" | "silence" | "silence-before" | number | Buffer;

interface Session {
  readonly cookie: string;
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly signature: Buffer;
  sequence: number;
}

function sha(name: "sha1" | "sha256", ...parts: (string | Buffer)[]): Buffer {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * KLAP v2 by the table of its reverse engineers, as far as one test needs it: one session at a time, signature and
 * rising numbers checked, connection closed after each answer. Everything asked is recorded.
 */
export class HandMadePlug {
  on = false;
  info: Record<string, unknown> = { model: "P100", fw_ver: "1.4.0 Build 231021", ssid: "aG9tZQ==" };
  password = SECRETS.password;
  /** Steps and methods in the order they were carried out. */
  readonly asked: string[] = [];
  readonly arrivals = new Arrivals();
  /** Requests that a plug refuses: a driver that does its part causes none. */
  readonly refused: string[] = [];
  /** error_code of the next answers, by method. */
  readonly codes: number[] = [];
  fate: (step: string) => Fate = () => "answer";
  cookie = (id: string): string => `TP_SESSIONID=${id};TIMEOUT=86400`;
  /** UDP packets that arrived, and whether they are answered. */
  readonly probes: Buffer[] = [];
  onProbe: () => boolean = () => true;
  /** What it says of its protocols when asked at "/"; nothing: it does not know the question. */
  protocols: object | undefined;
  #pending: { readonly cookie: string; readonly local: Buffer; readonly remote: Buffer } | undefined;
  #session: Session | undefined;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #udp = createSocket("udp4");

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.#udp.bind(0, "127.0.0.1");
    this.#udp.on("message", (packet: Buffer, from: RemoteInfo) => {
      this.probes.push(packet);
      if (this.onProbe()) this.#udp.send(Buffer.alloc(16), from.port, from.address);
    });
    await once(this.#udp, "listening");
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
    await new Promise<void>((resolve) => this.#udp.close(() => resolve()));
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get discoveryPort(): number {
    return this.#udp.address().port;
  }

  /** How often a step or method was asked. */
  count(what: string): number {
    return this.asked.filter((asked) => asked === what).length;
  }

  /** Somebody else logs in: the session is gone. */
  displace(): void {
    this.#session = undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", "http://plug");
    const step = url.pathname.replace("/app/", "");
    const fate = this.fate(step);
    this.arrivals.announce(step);
    if (fate === "drop-before") {
      request.socket.destroy();
      return;
    }
    if (fate === "silence-before") return;
    let answer: { status: number; body?: Buffer; cookie?: string };
    if (typeof fate === "number" || Buffer.isBuffer(fate)) {
      this.asked.push(step);
      answer = typeof fate === "number" ? { status: fate } : { status: 200, body: fate };
    } else {
      answer = this.#answer(step, request.headers.cookie, Number(url.searchParams.get("seq")), body);
    }
    if (fate === "drop") {
      request.socket.destroy();
      return;
    }
    if (fate === "silence") return;
    if (answer.status === 403) this.refused.push(step);
    const headers = { Connection: "close", ...(answer.cookie && { "Set-Cookie": answer.cookie }) };
    response.writeHead(answer.status, headers).end(answer.body);
  }

  #answer(step: string, cookie: string | undefined, sequence: number, body: Buffer) {
    if (step === "handshake1") return this.#handshake1(body);
    if (step === "handshake2") return this.#handshake2(cookie, body);
    if (step === "/") return this.#discover(body);
    return this.#request(cookie, sequence, body);
  }

  #discover(body: Buffer) {
    this.asked.push("discover");
    assert.deepEqual(JSON.parse(body.toString()), { method: "login", params: { sub_method: "discover" } });
    const { protocols: result } = this;
    const answer = result === undefined ? { error_code: -1002 } : { error_code: 0, result };
    return { status: 200, body: Buffer.from(JSON.stringify(answer)) };
  }

  get #credentials(): Buffer {
    return sha("sha256", sha("sha1", SECRETS.username), sha("sha1", this.password));
  }

  #handshake1(local: Buffer) {
    this.asked.push("handshake1");
    if (local.length !== 16) return { status: 400 };
    const remote = randomBytes(16);
    const id = randomBytes(16).toString("hex").toUpperCase();
    this.#pending = { cookie: `TP_SESSIONID=${id}`, local, remote };
    const proof = sha("sha256", local, remote, this.#credentials);
    return { status: 200, body: Buffer.concat([remote, proof]), cookie: this.cookie(id) };
  }

  #handshake2(cookie: string | undefined, proof: Buffer) {
    this.asked.push("handshake2");
    const pending = this.#pending;
    if (!pending || cookie !== pending.cookie) return { status: 403 };
    const { local, remote } = pending;
    if (!proof.equals(sha("sha256", remote, local, this.#credentials))) return { status: 403 };
    const derive = (label: string): Buffer => sha("sha256", label, local, remote, this.#credentials);
    const iv = derive("iv");
    this.#session = {
      cookie: pending.cookie,
      key: derive("lsk").subarray(0, 16),
      iv: iv.subarray(0, 12),
      signature: derive("ldk").subarray(0, 28),
      sequence: iv.readInt32BE(28),
    };
    return { status: 200 };
  }

  #request(cookie: string | undefined, sequence: number, body: Buffer) {
    const session = this.#session;
    if (!session || cookie !== session.cookie || sequence <= session.sequence) return { status: 403 };
    const number = Buffer.alloc(4);
    number.writeInt32BE(sequence);
    const cipher = body.subarray(32);
    if (!body.subarray(0, 32).equals(sha("sha256", session.signature, number, cipher)))
      return { status: 403 };
    session.sequence = sequence;
    const vector = Buffer.concat([session.iv, number]);
    const decipher = createDecipheriv("aes-128-cbc", session.key, vector);
    const asked = JSON.parse(Buffer.concat([decipher.update(cipher), decipher.final()]).toString());
    const encipher = createCipheriv("aes-128-cbc", session.key, vector);
    const text = JSON.stringify(this.#carryOut(asked));
    const encrypted = Buffer.concat([encipher.update(text), encipher.final()]);
    const signature = sha("sha256", session.signature, number, encrypted);
    return { status: 200, body: Buffer.concat([signature, encrypted]) };
  }

  #carryOut(asked: { method: string; params?: { device_on?: boolean } }): object {
    const on = asked.params?.device_on;
    this.asked.push(on === undefined ? asked.method : `${asked.method} ${on ? "on" : "off"}`);
    const code = this.codes.shift();
    if (code) return { error_code: code };
    if (asked.method === "get_device_info")
      return { error_code: 0, result: { device_on: this.on, ...this.info } };
    if (typeof on === "boolean") this.on = on;
    return { error_code: 0 };
  }
}
