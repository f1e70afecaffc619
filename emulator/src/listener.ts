import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { TlsFiles } from "./tls-files.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tlsFolder?: string;
  readonly handle: RequestListener;
  readonly logger: Logger;
  /** For tests; the defaults are the real ones. */
  readonly limits?: Partial<typeof LIMITS>;
}

/** Limits for slow and greedy clients; sushy opens a connection per request, so they never concern it. */
const LIMITS = {
  /** Without a byte in either direction: who asks and does not take the answer. A Reset answers within 50 s. */
  timeout: 90_000,
  headersTimeout: 10_000,
  /** Headers and body; the answer may take longer. */
  requestTimeout: 20_000,
  keepAliveTimeout: 15_000,
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 5_000,
};

/** How long requests under way may take once the service is to stop, and after the last action has ended. */
const DRAIN_MS = 10_000;
const ANSWER_MS = 1_000;

/** The socket: TLS with certificates that are renewed in place, or plain HTTP where that was asked for. */
export class Listener {
  readonly #server: Server;
  readonly #tls: TlsFiles | undefined;

  private constructor(server: Server, tls: TlsFiles | undefined) {
    this.#server = server;
    this.#tls = tls;
  }

  /** @throws Error that says what to do when the address cannot be used or the TLS files do not fit */
  static async open(options: ListenerOptions): Promise<Listener> {
    const { host, port, tlsFolder, handle, logger } = options;
    const { timeout, ...limits } = { ...LIMITS, ...options.limits };
    if (tlsFolder === undefined) {
      const server = createHttpServer(limits, handle);
      server.setTimeout(timeout);
      server.on("clientError", refuseNonsense);
      await listen(server, host, port);
      return new Listener(server, undefined);
    }
    const files = new TlsFiles(tlsFolder, logger);
    const server = createHttpsServer(
      { ...limits, ...(await files.read()), minVersion: "TLSv1.2", handshakeTimeout: 10_000 },
      handle,
    );
    server.setTimeout(timeout);
    server.on("clientError", refuseNonsense);
    // Port scanners and clients that do not trust us; each handshake error would otherwise be an unheard event.
    server.on("tlsClientError", (error) => logger.debug({ err: error }, "a TLS handshake failed"));
    await listen(server, host, port);
    files.watch((pair) => server.setSecureContext({ ...pair, minVersion: "TLSv1.2" }));
    return new Listener(server, files);
  }

  /** Where it listens; the port is the real one. */
  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  /**
   * Takes no more requests, lets those under way finish, cuts off the rest.
   * @param actions resolves when nothing is left that a request would rightly wait for
   */
  async close(actions: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.#tls?.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const pause = (milliseconds: number): Promise<void> => delay(milliseconds, undefined, { ref: false });
    const enough = Promise.all([pause(DRAIN_MS), actions.then(() => pause(ANSWER_MS))]);
    void enough.then(() => this.#server.closeAllConnections());
    await closed;
  }
}

/** Answers what is no HTTP request, or none that Node's parser knows, and hangs up. */
function refuseNonsense(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${NONSENSE[error.code ?? ""] ?? "400 Bad Request"}\r\nConnection: close\r\n\r\n`);
}

/** By the parser's error codes; DSP0266 asks for 501 or 405 for methods nobody knows. */
const NONSENSE: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: "501 Not Implemented",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(explain(error, host, port))));
    server.listen({ host, port }, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `${host}:${port} is taken by another process: stop it, or choose another address with --listen`;
    case "EACCES":
      return `${host}:${port} may not be used by this user: choose a port above 1023 with --listen`;
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine: choose another with --listen`;
    default:
      return `${host}:${port} cannot be listened on: ${error.message}`;
  }
}
