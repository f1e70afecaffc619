import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { EngineLab } from "./engine-lab.ts";

describe("npm start with a port taken", () => {
  const lab = new EngineLab("engine-port", "127.22.0", 26_480);
  let server: Server;
  const listen = (host: string, port: number) =>
    new Promise<void>((resolve) => {
      server = createServer().listen(port, host, resolve);
    });

  afterEach(() => new Promise((resolve) => server.close(resolve)));
  after(() => {
    rmSync(lab.settings.stateDir, { recursive: true, force: true });
    rmSync(lab.settings.configFile, { force: true });
  });

  it("of the control plane names who has it and what to change", async () => {
    await listen("127.0.0.1", lab.settings.firstPort);
    const { code, stderr } = await lab.sim(["up"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`127\\.0\\.0\\.1:${lab.settings.firstPort}.*process ${process.pid} .*--first-port`),
    );
  });

  it("of a device names the host's address in the stack file", async () => {
    await listen("127.22.0.11", 16_992);
    const { code, stderr } = await lab.sim(["up"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /127\.22\.0\.11:16992, .*m920q-1, .*the address of host m920q-1 in .*Pulumi\.engine-port\.yaml/,
    );
  });
});
