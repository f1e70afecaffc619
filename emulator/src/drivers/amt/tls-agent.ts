import { constants } from "node:crypto";
import { Agent, type AgentOptions } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import { AmtError } from "./amt-error.ts";

export interface TlsAgentOptions {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the certificate, upper-case hex with colons; undefined = verify by the system's authorities. */
  readonly fingerprint256: string | undefined;
  /** Allow TLS 1.0 and 1.1 with their ciphers, for AMT 11 and older. */
  readonly legacy: boolean;
  /** Milliseconds until the handshake must be done. */
  readonly connectTimeout: number;
  readonly agent: AgentOptions;
}

type Created = (error: Error | null, stream: Duplex) => void;

/**
 * HTTPS connections to one AMT engine. Its certificate is self-signed or from a private authority and its name means
 * nothing, so it is recognised by its fingerprint (as Intel's console does), checked before a byte is sent.
 */
export class TlsAgent extends Agent {
  readonly #options: TlsAgentOptions;

  constructor(options: TlsAgentOptions) {
    super(options.agent);
    this.#options = options;
  }

  override createConnection(_options: unknown, created?: Created): undefined {
    const { host, port, legacy, connectTimeout } = this.#options;
    const socket = connect({
      host,
      port,
      servername: isIP(host) ? "" : host,
      rejectUnauthorized: false,
      ...(legacy && {
        minVersion: "TLSv1" as const,
        ciphers: "DEFAULT:@SECLEVEL=0",
        secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      }),
    });
    const fail = (error: Error): void => {
      socket.destroy();
      created?.(this.#explain(error), socket);
    };
    socket.setTimeout(connectTimeout, () =>
      fail(Object.assign(new Error("TLS handshake"), { code: "ETIMEDOUT" })),
    );
    socket.on("error", fail);
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      const problem = this.#distrust(
        socket.getPeerCertificate().fingerprint256,
        socket.authorized ? undefined : socket.authorizationError,
      );
      if (problem) fail(problem);
      else created?.(null, socket);
    });
    return undefined;
  }

  #distrust(seen: string | undefined, verification: Error | undefined): Error | undefined {
    const { host, port, fingerprint256 } = this.#options;
    const where = `AMT at ${host}:${port}`;
    if (fingerprint256 === undefined) {
      if (verification === undefined) return undefined;
      const reason = String(verification instanceof Error ? verification.message : verification);
      const message = `${where}: its certificate cannot be verified (${reason}); if it is yours, set the machine's option fingerprint256 to "${seen}"`;
      return new AmtError("device", message, { retryable: false });
    }
    if (seen === fingerprint256) return undefined;
    const message = `${where}: its certificate has the SHA-256 fingerprint ${seen}, not ${fingerprint256} as the option fingerprint256 says; correct the option if the certificate was renewed, else somebody is in between`;
    return new AmtError("device", message, { retryable: false });
  }

  /** A handshake that fails by itself is no network error; waiting will not cure it. */
  #explain(error: Error): Error {
    const code = "code" in error ? String(error.code) : "";
    if (error instanceof AmtError || !/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return error;
    const { host, port, legacy } = this.#options;
    const hint = legacy ? "is this a TLS port?" : "AMT 11 and older need the option legacyTls: true";
    const message = `AMT at ${host}:${port}: TLS handshake failed (${code}); ${hint}`;
    return new AmtError("device", message, { retryable: false });
  }
}
