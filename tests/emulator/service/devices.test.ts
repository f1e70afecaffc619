import assert from "node:assert/strict";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { drivers } from "../../../emulator/src/drivers/index.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Emulator } from "../../../emulator/src/server.ts";
import {
  type AmtDevice,
  startAmtDevice,
  startTapoDevice,
  type TapoDevice,
} from "../../../sim/devices/index.ts";
import { eventually } from "../support/eventually.ts";
import { RedfishClient } from "../support/redfish-client.ts";

const login = { username: "admin", password: "P@ssw0rd1" };
const system = (name: string): string => `/redfish/v1/Systems/${name}`;

/** From Redfish to the wire of the devices, with the real drivers. */
describe("the emulator with simulated devices", () => {
  let amt: AmtDevice;
  let tapo: TapoDevice;
  let emulator: Emulator;
  let client: RedfishClient;

  before(async () => {
    [amt, tapo] = await Promise.all([
      startAmtDevice({ name: "m920q-1", ...login, port: 0, power: "off" }),
      startTapoDevice({ name: "optiplex-1", ...login, port: 0, power: "off" }),
    ]);
    const config = emulatorConfigSchema.parse({
      machines: [
        { name: amt.name, driver: "amt", address: `${amt.host}:${amt.port}`, ...login },
        { name: tapo.name, driver: "tapo", address: `${tapo.host}:${tapo.port}`, ...login },
      ],
      users: [{ ...login, role: "Administrator" }],
    });
    const logger = createLogger("silent");
    // What the device says of its machine is asked much later than these tests take.
    const timing = { identityDelay: 600_000 };
    emulator = await Emulator.start({ config, drivers, host: "127.0.0.1", port: 0, logger, timing });
    client = new RedfishClient(emulator.url, undefined).as(login.username, login.password);
  });

  after(async () => {
    await emulator?.stop();
    await Promise.all([amt?.close(), tapo?.close()]);
  });

  const powerState = async (name: string): Promise<string> =>
    String((await client.get(system(name))).body.PowerState);
  const reset = async (name: string, resetType: string): Promise<void> => {
    const answer = await client.post(`${system(name)}/Actions/ComputerSystem.Reset`, {
      ResetType: resetType,
    });
    assert.equal(answer.status, 204, answer.text);
  };

  it("reads each device once for 100 GETs in a second", async () => {
    for (const name of [amt.name, tapo.name]) {
      await powerState(name);
      const device = emulator.controller.find(name);
      const before = device?.deviceCalls ?? 0;
      const answers = await Promise.all(Array.from({ length: 100 }, () => client.get(system(name))));
      assert.ok(answers.every(({ status }) => status === 200));
      assert.ok((device?.deviceCalls ?? 0) - before <= 1);
      assert.equal(before, 1);
    }
  });

  it("switches an AMT machine on from the network, once, and off again", async () => {
    const once = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
    assert.equal((await client.patch(system(amt.name), { Boot: once })).status, 200);
    await reset(amt.name, "On");
    await eventually(async () => assert.equal(await powerState(amt.name), "On"));
    assert.equal(amt.power, "on");
    assert.equal(amt.boots.at(-1)?.source, "pxe");
    const { body } = await client.get(system(amt.name));
    assert.equal(String(body.Boot?.BootSourceOverrideEnabled), "Disabled");
    // The simulated firmware refuses a second change while the first start goes on, as a real one does.
    await eventually(() => reset(amt.name, "ForceOff"));
    await eventually(async () => assert.equal(await powerState(amt.name), "Off"));
    assert.equal(amt.power, "off");
  });

  it("switches a plug on and off", async () => {
    await reset(tapo.name, "On");
    assert.equal(await powerState(tapo.name), "On");
    assert.equal(tapo.power, "on");
    await reset(tapo.name, "ForceOff");
    assert.equal(await powerState(tapo.name), "Off");
    assert.equal(tapo.power, "off");
  });
});
