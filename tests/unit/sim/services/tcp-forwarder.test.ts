import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { buffer } from "node:stream/consumers";
import { TcpForwarder } from "../../../../sim/standins/services/tcp-forwarder.ts";

const HOST = "127.31.5.98";

describe("a TCP forwarder", () => {
  const servers: Server[] = [];
  let forwarder: TcpForwarder;
  let port: number;

  /** Answers everything with its name and what it got, once the client has said all. */
  async function echo(name: string): Promise<{ host: string; port: number }> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      socket.on("end", () => socket.end(`${name}:${text}`));
      socket.on("error", () => {});
    });
    servers.push(server);
    server.listen(0, HOST);
    await once(server, "listening");
    return { host: HOST, port: (server.address() as AddressInfo).port };
  }
  const ask = async (text: string) => {
    const socket = connect({ host: HOST, port, allowHalfOpen: true });
    socket.end(text);
    return (await buffer(socket)).toString();
  };

  beforeEach(async () => {
    const probe = createServer().listen(0, HOST);
    await once(probe, "listening");
    port = (probe.address() as AddressInfo).port;
    await new Promise((resolve) => probe.close(resolve));
    forwarder = await TcpForwarder.listen(HOST, port);
  });
  afterEach(() => {
    forwarder.close();
    for (const server of servers.splice(0)) server.close();
  });

  it("passes both directions on, each to its end, to one target after the other", async () => {
    forwarder.targets = [await echo("a"), await echo("b")];
    const text = "x".repeat(300_000);
    assert.ok((await ask(text)) === `a:${text}`, "all of a long text, there and back");
    assert.equal(await ask("2"), "b:2");
    assert.equal(await ask("3"), "a:3");
  });

  it("goes by the targets of the moment, and refuses without any", async () => {
    await assert.rejects(ask("1"), /ECONNRESET|EPIPE/);
    forwarder.targets = [await echo("a")];
    assert.equal(await ask("2"), "a:2");
  });

  it("ends a connection whose target does not answer", async () => {
    const gone = await echo("a");
    servers.splice(0)[0]?.close();
    forwarder.targets = [gone];
    assert.equal(await ask("1").catch(() => ""), "");
  });

  it("says when its address is taken", async () => {
    await assert.rejects(TcpForwarder.listen(HOST, port), /EADDRINUSE/);
  });
});
