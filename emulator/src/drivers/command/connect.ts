import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { DeviceError } from "../errors.ts";
import { stopped } from "./way.ts";

export interface Connection {
  /** Begins error messages. */
  readonly where: string;
  readonly url: URL;
  /** PEM authorities instead of the system's. */
  readonly ca: string | undefined;
  /** The one certificate to accept, upper-case hex with colons. */
  readonly fingerprint256: string | undefined;
  readonly signal: AbortSignal;
}

/** Milliseconds until connected, handshake included. */
const CONNECT_TIMEOUT = 5_000;

/**
 * A connection to a URL's host whose certificate was found right before a byte is sent.
 * @throws DeviceError "unreachable", or "device" for a certificate or handshake that waiting will not cure
 */
export function connect(connection: Connection): Promise<Socket> {
  const { where, url, ca, signal } = connection;
  const secure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(stopped(where, signal));
      return;
    }
    const tls = secure
      ? connectTls({ host, port, ca, servername: isIP(host) ? "" : host, rejectUnauthorized: false })
      : undefined;
    const socket: Socket = tls ?? connectPlain({ host, port });
    const done = (error?: DeviceError): void => {
      signal.removeEventListener("abort", abort);
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      if (error === undefined) {
        resolve(socket);
        return;
      }
      reject(error);
      socket.destroy();
    };
    const fail = (error: Error): void => done(explained(where, error));
    const abort = (): void => done(stopped(where, signal));
    signal.addEventListener("abort", abort, { once: true });
    socket.setTimeout(CONNECT_TIMEOUT, () => {
      const message = `${where} cannot be reached: no connection within ${CONNECT_TIMEOUT / 1000} s`;
      done(new DeviceError("unreachable", message));
    });
    socket.on("error", fail);
    socket.once(tls ? "secureConnect" : "connect", () => done(tls && distrust(tls, connection)));
  });
}

function distrust(socket: TLSSocket, { where, fingerprint256 }: Connection): DeviceError | undefined {
  const seen = socket.getPeerCertificate().fingerprint256;
  if (fingerprint256 === undefined) {
    if (socket.authorized) return undefined;
    const fix = `if it is yours, set ca to its authority or fingerprint256 to "${seen}"`;
    return new DeviceError("device", `${where}: its certificate is not trusted; ${fix}`);
  }
  if (seen === fingerprint256) return undefined;
  const fix = "correct the option if the certificate was renewed, else somebody is in between";
  const message = `${where}: its certificate has the SHA-256 fingerprint ${seen}, not ${fingerprint256}; ${fix}`;
  return new DeviceError("device", message);
}

function explained(where: string, error: Error): DeviceError {
  const code = "code" in error ? String(error.code) : "unknown";
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code))
    return new DeviceError("device", `${where}: TLS handshake failed (${code}); is this an https port?`);
  return new DeviceError("unreachable", `${where} cannot be reached (${code})`);
}
