import assert from "node:assert/strict";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import type { Body } from "../support/redfish-client.ts";

describe("what the service tells about itself", () => {
  let lab: TestEmulator;

  before(async () => {
    lab = await testEmulator({
      machine: {
        facts: { disks: [{ model: "SAMSUNG MZVLB256", capacityGB: 256.06 }, { capacityGB: 1000 }] },
      },
    });
  });
  after(async () => {
    await lab.stop();
  });

  const read = async (path: string): Promise<Body> => {
    const { status, body } = await lab.reader.get(path);
    assert.equal(status, 200, path);
    return body;
  };

  it("names the registries of its messages, and has its own one whole", async () => {
    const { Members } = await read("/redfish/v1/Registries");
    assert.equal(Members?.length, 2);
    const base = await read("/redfish/v1/Registries/Base");
    assert.equal(base.Registry, "Base.1.22");
    assert.match(
      String(base.Location?.[0]?.PublicationUri),
      /^https:\/\/redfish\.dmtf\.org\/registries\/Base\./,
    );
    const own = await read("/redfish/v1/Registries/EdgeLab");
    const content = await read(String(own.Location?.[0]?.Uri));
    assert.equal(content.RegistryPrefix, "EdgeLab");
    for (const [key, definition] of Object.entries(content.Messages ?? {})) {
      const { Message, NumberOfArgs, ParamTypes, MessageSeverity } = definition as Body;
      assert.equal(NumberOfArgs, String(Message).match(/%\d/g)?.length ?? 0, key);
      assert.equal(ParamTypes?.length, NumberOfArgs);
      assert.match(String(MessageSeverity), /^(OK|Warning|Critical)$/);
    }
    assert.equal((await lab.reader.get("/redfish/v1/Registries/constructor")).status, 404);
  });

  it("points at the schema of everything it serves", async () => {
    const { Members } = await read("/redfish/v1/JsonSchemas");
    const seen = new Set<string>();
    for (const path of [
      "/redfish/v1/",
      "/redfish/v1/Systems",
      "/redfish/v1/Systems/node-1",
      "/redfish/v1/Managers/Service",
    ]) {
      seen.add(
        String((await read(path))["@odata.type"])
          .slice(1)
          .replace(/\.\w+$/, ""),
      );
    }
    const ids = (Members ?? []).map((member: Body) => String(member["@odata.id"]).split("/").at(-1));
    for (const type of seen) assert.ok(ids.includes(type), type);
    const { Schema, Location } = await read("/redfish/v1/JsonSchemas/ComputerSystem.v1_22_0");
    assert.equal(Schema, "#ComputerSystem.v1_22_0.ComputerSystem");
    assert.equal(
      Location?.[0]?.PublicationUri,
      "http://redfish.dmtf.org/schemas/v1/ComputerSystem.v1_22_0.json",
    );
  });

  it("has a manager for itself, with the port it listens on", async () => {
    const manager = await read("/redfish/v1/Managers/Service");
    const protocol = await read(String(manager.NetworkProtocol?.["@odata.id"]));
    const { port } = new URL(lab.emulator.url);
    assert.deepEqual(protocol.HTTPS, { ProtocolEnabled: true, Port: Number(port) });
    assert.deepEqual(protocol.HTTP, { ProtocolEnabled: false });
  });

  it("shows the disks that the configuration knows, and none where it knows none", async () => {
    const system = await read("/redfish/v1/Systems/node-1");
    const { Members } = await read(String(system.SimpleStorage?.["@odata.id"]));
    const { Devices } = await read(String(Members?.[0]?.["@odata.id"]));
    assert.deepEqual(
      Devices?.map(({ Name, Model, CapacityBytes }: Body) => [Name, Model, CapacityBytes]),
      [
        ["Disk 1", "SAMSUNG MZVLB256", 256_060_000_000],
        ["Disk 2", undefined, 1_000_000_000_000],
      ],
    );
    assert.ok(!("SimpleStorage" in (await read("/redfish/v1/Systems/node-2"))));
    for (const path of ["SimpleStorage", "SimpleStorage/Disks"]) {
      assert.equal((await lab.reader.get(`/redfish/v1/Systems/node-2/${path}`)).status, 404);
    }
  });
});
