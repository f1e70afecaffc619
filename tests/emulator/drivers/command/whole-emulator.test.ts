import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { drivers } from "../../../../emulator/src/drivers/index.ts";
import { createLogger } from "../../../../emulator/src/log.ts";
import { parseConfig } from "../../../../emulator/src/parse-config.ts";
import { Emulator } from "../../../../emulator/src/server.ts";
import { eventually } from "../../support/eventually.ts";
import { RedfishClient } from "../../support/redfish-client.ts";

const system = "/redfish/v1/Systems/nuc-1";

describe("command driver: behind the whole emulator", () => {
  let bridge: Server;
  let emulator: Emulator;
  let client: RedfishClient;
  let power = "on";
  /** Commands whose connection is dropped after they were carried out. */
  let dropped: string[] = [];
  let seen: string[] = [];

  beforeEach(async () => {
    [power, dropped, seen] = ["on", [], []];
    bridge = createServer((request, response) => {
      const command = request.url?.slice(1) ?? "";
      if (command !== "status") seen.push(command);
      if (command === "on" || command === "off") power = command;
      if (dropped.includes(command)) request.socket.destroy();
      else response.end(power);
    }).listen(0, "127.0.0.1");
    await once(bridge, "listening");
    const url = (path: string) => ({
      url: `http://127.0.0.1:${(bridge.address() as AddressInfo).port}/${path}`,
    });
    const webhook = {
      status: url("status"),
      on: url("on"),
      off: url("off"),
      cycle: url("cycle"),
      insecureHttp: true,
    };
    const config = parseConfig(
      {
        machines: [{ name: "nuc-1", driver: "command", options: { webhook } }],
        users: [{ username: "admin", password: "p", role: "Administrator" }],
      },
      drivers,
    );
    const timing = { followFirst: 10, followMax: 20, restartSettle: 50, retryPause: 10 };
    const logger = createLogger("silent");
    emulator = await Emulator.start({ config, drivers, host: "127.0.0.1", port: 0, logger, timing });
    client = new RedfishClient(emulator.url, undefined).as("admin", "p");
  });
  afterEach(async () => {
    await emulator.stop();
    bridge.closeAllConnections();
    bridge.close();
  });

  const reset = async (ResetType: string): Promise<number> =>
    (await client.post(`${system}/Actions/ComputerSystem.Reset`, { ResetType })).status;

  it("offers what is configured and follows it, for a machine without address and login", async () => {
    const before = (await client.get(system)).body;
    assert.equal(before.PowerState, "On");
    assert.deepEqual(before.Actions?.["#ComputerSystem.Reset"]?.["ResetType@Redfish.AllowableValues"], [
      "On",
      "ForceOn",
      "ForceOff",
      "ForceRestart",
      "PowerCycle",
    ]);
    assert.equal(await reset("ForceOff"), 204);
    await eventually(async () => assert.equal((await client.get(system)).body.PowerState, "Off"));
    assert.deepEqual(seen, ["off"]);
  });

  it("sends a restart once though its answer was lost, and tells", async () => {
    dropped = ["cycle"];
    assert.equal(await reset("ForceRestart"), 503);
    assert.deepEqual(seen, ["cycle"]);
  });

  it("takes an off whose answer was lost for done when the device reads off", async () => {
    dropped = ["off"];
    assert.equal(await reset("ForceOff"), 204);
    assert.deepEqual(seen, ["off"]);
  });
});
