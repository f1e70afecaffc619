import { connect, createServer, type Server, type Socket } from "node:net";

/** Where a connection goes. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

const CONNECT_MS = 5_000;

/** Listens on one address and hands each connection to one of the targets that there are at that moment, in turn. */
export class TcpForwarder {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #targets: readonly Target[] = [];
  #next = 0;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#forward(client));
  }

  /** @throws Error (EADDRINUSE, EADDRNOTAVAIL) when it cannot listen there. */
  static listen(host: string, port: number): Promise<TcpForwarder> {
    const forwarder = new TcpForwarder();
    return new Promise((resolve, reject) => {
      forwarder.#server.once("error", reject);
      forwarder.#server.listen({ host, port }, () => {
        forwarder.#server.removeListener("error", reject);
        // Accepting may fail for want of file descriptors; the next connection may be accepted again.
        forwarder.#server.on("error", () => {});
        resolve(forwarder);
      });
    });
  }

  /** Without targets a connection is ended at once, as nobody listens. */
  set targets(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** Stops listening and ends what is open. */
  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #forward(client: Socket): void {
    const target = this.#targets[this.#next++ % Math.max(1, this.#targets.length)];
    if (!target) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...target, allowHalfOpen: true });
    const slow = setTimeout(() => server.destroy(new Error("no answer")), CONNECT_MS);
    server.once("connect", () => clearTimeout(slow));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(socket);
      socket.setNoDelay(true);
      // A broken side means that the other has nobody to speak to; one that ends lets the other have all of it first.
      socket.on("error", () => other.destroy());
      socket.once("close", () => {
        clearTimeout(slow);
        this.#open.delete(socket);
      });
      socket.pipe(other);
    }
  }
}
