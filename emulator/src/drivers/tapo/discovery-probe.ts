import { generateKeyPair, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import type { Clock } from "../../power/clock.ts";

export interface DiscoveryProbe {
  readonly host: string;
  readonly port: number;
  /** Milliseconds to wait for an answer. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Stands in the checksum field while the checksum is made. */
const CHECKSUM_SEED = 0x5a6b7c8d;

/** One key for all probes of this process: plugs want to see one, and its answers are not read. */
let publicKey: Promise<string> | undefined;

/**
 * Sends TP-Link's UDP discovery probe to one plug, as the phone app and python-kasa do. Resolves to whether anything
 * came back in time; never rejects, since a probe is only a try.
 */
export async function sendDiscoveryProbe(probe: DiscoveryProbe): Promise<boolean> {
  const { host, port, timeout, clock, signal } = probe;
  publicKey ??= makePublicKey();
  const packet = discoveryPacket(await publicKey);
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  try {
    return await new Promise((resolve) => {
      const cancelTimer = clock.after(timeout, () => finish(false));
      const abort = (): void => finish(false);
      const finish = (answered: boolean): void => {
        cancelTimer();
        signal.removeEventListener("abort", abort);
        resolve(answered);
      };
      signal.addEventListener("abort", abort, { once: true });
      socket.once("message", () => finish(true));
      socket.once("error", () => finish(false));
      socket.send(packet, port, host, (error) => error && finish(false));
    });
  } finally {
    socket.close();
  }
}

/** Version 2, type 0, probe, length, flags, serial, checksum over all of it, then JSON. */
export function discoveryPacket(rsaKey: string, serial: Buffer = randomBytes(4)): Buffer {
  const json = Buffer.from(JSON.stringify({ params: { rsa_key: rsaKey } }), "utf8");
  const header = Buffer.from([2, 0, 0, 1, 0, 0, 0x11, 0, ...serial.subarray(0, 4), 0, 0, 0, 0]);
  header.writeUInt16BE(json.length, 4);
  header.writeUInt32BE(CHECKSUM_SEED, 12);
  const packet = Buffer.concat([header, json]);
  packet.writeUInt32BE(crc32(packet), 12);
  return packet;
}

async function makePublicKey(): Promise<string> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return pair.publicKey.export({ type: "spki", format: "pem" }).toString();
}
