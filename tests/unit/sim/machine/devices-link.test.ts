import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DevicesLink } from "../../../../sim/machine/devices-link.ts";
import { eventually } from "../../../emulator/support/eventually.ts";

describe("the wires between machines and devices", () => {
  let folder: string;
  let server: Server;
  const streams: ServerResponse[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-link-"));
    streams.length = 0;
    server = createServer((request, response) => {
      if (request.url === "/events") {
        streams.push(response.writeHead(200));
        response.flushHeaders();
      } else response.end(JSON.stringify([{ name: "m920q-1", power: "on" }]));
    });
    await new Promise<void>((resolve) => server.listen(join(folder, "devices.sock"), resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it("are plugged in again when the devices' process dies in the middle of telling something", async () => {
    const end = new AbortController();
    const told: string[] = [];
    const followed = new DevicesLink(join(folder, "devices.sock")).follow(
      { state: ({ name }) => told.push(name), event: ({ device }) => told.push(device) },
      end.signal,
    );
    await eventually(async () => assert.deepEqual(told, ["m920q-1"]));
    streams[0]?.write('{"device":"opt');
    streams[0]?.socket?.destroy();
    await eventually(async () => assert.deepEqual(told, ["m920q-1", "m920q-1"]));
    streams[1]?.write('{"device":"optiplex-1"}\n');
    await eventually(async () => assert.equal(told.at(-1), "optiplex-1"));
    end.abort();
    await followed;
  });
});
