import type { Server, Socket } from "node:net";

/** An address could not be listened on. The message names device, address and what to do. */
export class PortError extends Error {
  readonly device: string;

  constructor(device: string, address: string, cause: NodeJS.ErrnoException) {
    super(`device ${device}: cannot listen on ${address}: ${reason(cause, address)}`, { cause });
    this.name = "PortError";
    this.device = device;
  }
}

function reason(error: NodeJS.ErrnoException, address: string): string {
  const port = address.slice(address.lastIndexOf(":") + 1);
  switch (error.code) {
    case "EADDRINUSE":
      return `the port is taken. Fix: end what listens there (\`ss -lntup 'sport = :${port}'\`), or give the device another address.`;
    case "EADDRNOTAVAIL":
      return "this machine has no such address. Fix: use one of its own, such as any in 127.0.0.0/8.";
    case "EACCES":
      return "not allowed. Fix: use a port above 1023.";
    default:
      return `${error.message}. Fix: give the device another host and port.`;
  }
}

/** A TCP server (HTTP or HTTPS) of a device: binds with a telling error, knows its connections, and can end. */
export class DevicePort {
  readonly #server: Server;
  readonly #device: string;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, device: string) {
    this.#server = server;
    this.#device = device;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      // A peer that resets its connection is none of our business.
      socket.on("error", () => {});
    });
  }

  /** @returns the port, which is another than the one asked for when that was 0. @throws PortError */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(new PortError(this.#device, `${host}:${port}`, error));
      this.#server.once("error", failed);
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#server.removeListener("error", failed);
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Cuts what is open and frees the port. Safe to call twice, and when it never listened. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}
