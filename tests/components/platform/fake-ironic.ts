import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { testCertificate } from "../../emulator/support/certificate.ts";

/** Ironic's GET /v1/nodes behind HTTP Basic authentication over TLS, as far as a login can be tried on it. */
export class FakeIronic {
  readonly endpoint: string;
  /** Trust for its certificate, which is self-signed. */
  readonly caPem: string;
  /** The one password that it takes from user `ironic`. */
  password = "right-marker-8d1";
  /** Answered in place of everything else. */
  status: number | undefined;
  body: string = JSON.stringify({ nodes: [] });
  requests = 0;
  readonly #server: Server;

  private constructor(server: Server, caPem: string) {
    this.#server = server;
    this.caPem = caPem;
    const { address, port } = server.address() as AddressInfo;
    this.endpoint = `https://${address}:${port}`;
  }

  static async start(address = "127.0.0.1", port = 0): Promise<FakeIronic> {
    const { cert, key } = await testCertificate("01", address, "ironic");
    const server = createServer({ cert, key }).listen(port, address);
    await once(server, "listening");
    const ironic = new FakeIronic(server, cert);
    server.on("request", (request, response) => {
      ironic.requests++;
      const login = Buffer.from(`ironic:${ironic.password}`).toString("base64");
      const known = request.headers.authorization === `Basic ${login}`;
      const found = request.url === "/v1/nodes?limit=1";
      const status = ironic.status ?? (known ? (found ? 200 : 404) : 401);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(status === 200 ? ironic.body : JSON.stringify({ error: { code: status } }));
    });
    return ironic;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
