import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server } from "node:net";
import { portOwner } from "../../../sim/processes/port-owner.ts";

describe("portOwner", () => {
  let server: Server;

  const listen = (host: string) =>
    new Promise<number>((resolve) => {
      server = createServer().listen(0, host, () => resolve((server.address() as AddressInfo).port));
    });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("names the process that listens on an address", async () => {
    const port = await listen("127.20.9.1");
    const owner = portOwner("127.20.9.1", port);
    assert.equal(owner?.pid, process.pid);
    assert.match(owner?.command ?? "", /node|mocha/);
  });

  it("does not mind another loopback address", async () => {
    const port = await listen("127.20.9.1");
    assert.equal(portOwner("127.20.9.2", port), undefined);
  });

  it("counts a listener on all addresses", async () => {
    const port = await listen("0.0.0.0");
    assert.equal(portOwner("127.20.9.3", port)?.pid, process.pid);
  });

  it("finds nobody on a free port", async () => {
    const port = await listen("127.20.9.1");
    await new Promise((resolve) => server.close(resolve));
    assert.equal(portOwner("127.20.9.1", port), undefined);
  });
});
