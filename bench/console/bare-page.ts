import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestCertificate, testCertificate } from "../../tests/emulator/support/certificate.ts";

/** A page of the same table without a script, a style or a login, from memory, over TLS as well: what a browser needs in any case. */
export class BarePage {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(rows: number): Promise<BarePage> {
    const certificate: TestCertificate = await testCertificate("03");
    const row = (index: number): string =>
      `<tr><th>rack-${index}</th><td>On</td><td>OK</td><td>available</td><td>Firmware decides</td><td>none</td><td>1 ms</td></tr>`;
    const table = Array.from({ length: rows }, (_, index) => row(index + 1)).join("");
    const page = `<!doctype html><html lang="en"><title>bare</title><h1>Machines</h1><table><tbody>${table}</tbody></table></html>`;
    const server = createServer(certificate, (_request, response) => {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new BarePage(server, `https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
