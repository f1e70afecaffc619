import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { crc32 } from "node:zlib";
import { PortError } from "../device-port.ts";

const HEADER_BYTES = 16;
/** Stands in the checksum's place while the checksum is made. */
const CRC_SEED = 0x5a6b7c8d;

/**
 * The UDP discovery of Tapo devices (port 20002 on real ones): a probe of a 16-byte header (02 00 00 01, payload length
 * u16, flags 11 00, 4 random bytes, crc32 of all with 5A6B7C8D in its place) and JSON with an RSA key; the answer is a
 * header that clients skip, and JSON. (As python-kasa reads it.) What is no correct probe gets no answer.
 */
export class Discovery {
  readonly #socket: Socket;
  readonly #device: string;

  /** `describe` gives the JSON of the answer; `onProbe` hears of every correct probe before that. */
  constructor(device: string, describe: () => unknown, onProbe: () => void) {
    this.#device = device;
    this.#socket = createSocket("udp4");
    this.#socket.on("message", (message: Buffer, from: RemoteInfo) => {
      if (!isProbe(message)) return;
      onProbe();
      const payload = Buffer.from(JSON.stringify(describe()));
      const header = Buffer.from(message.subarray(0, HEADER_BYTES));
      header.writeUInt16BE(payload.length, 4);
      this.#socket.send(sealed(header, payload), from.port, from.address);
    });
  }

  /** @returns the port, which is another than the one asked for when that was 0. @throws PortError */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(new PortError(this.#device, `udp ${host}:${port}`, error));
      this.#socket.once("error", failed);
      this.#socket.bind({ address: host, port, exclusive: true }, () => {
        this.#socket.removeListener("error", failed);
        this.#socket.on("error", () => {});
        resolve(this.#socket.address().port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      try {
        this.#socket.close(resolve);
      } catch {
        // Closed before.
        resolve();
      }
    });
  }
}

function isProbe(message: Buffer): boolean {
  if (message.length <= HEADER_BYTES || message.readUInt32BE(0) !== 0x02000001) return false;
  const payload = message.subarray(HEADER_BYTES);
  const header = Buffer.from(message.subarray(0, HEADER_BYTES));
  if (header.readUInt16BE(4) !== payload.length || header[6] !== 0x11) return false;
  if (!sealed(header, payload).equals(message)) return false;
  try {
    const { params } = JSON.parse(payload.toString("utf8")) as { params?: { rsa_key?: unknown } };
    return typeof params?.rsa_key === "string";
  } catch {
    return false;
  }
}

function sealed(header: Buffer, payload: Buffer): Buffer {
  const message = Buffer.concat([header, payload]);
  message.writeUInt32BE(CRC_SEED, 12);
  message.writeUInt32BE(crc32(message), 12);
  return message;
}
