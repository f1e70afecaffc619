import assert from "node:assert/strict";
import { uuidOf } from "../../../../emulator/src/drivers/amt/platform-guid.ts";
import { failure, never } from "../support/driver-under-test.ts";
import { AmtBench } from "./amt-bench.ts";

describe("amt driver: identity", () => {
  let bench: AmtBench;
  beforeEach(async () => {
    bench = new AmtBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  /** An enumeration that gives its items in pulls of one. */
  function list(name: string, ...items: string[]): void {
    let next = 0;
    bench.device.on(`Enumerate ${name}`, () => {
      next = 0;
      return "<x:EnumerateResponse><x:EnumerationContext>c0</x:EnumerationContext></x:EnumerateResponse>";
    });
    bench.device.on(`Pull ${name}`, (body) => {
      assert.match(body, new RegExp(`<EnumerationContext>c${next}<`));
      const item = items[next] ?? "";
      next += 1;
      const end =
        next >= items.length ? "<x:EndOfSequence/>" : `<x:EnumerationContext>c${next}</x:EnumerationContext>`;
      return `<x:PullResponse><x:Items><h:${name}>${item}</h:${name}></x:Items>${end}</x:PullResponse>`;
    });
  }

  it("puts the UUID's bytes in the order the operating system shows", () => {
    assert.equal(uuidOf("13AEE355D2BFBB6117A088AEDD7037EA"), "55e3ae13-bfd2-61bb-17a0-88aedd7037ea");
    assert.equal(uuidOf("13AEE355 D2BF BB61 17A0 88AEDD7037EA"), "55e3ae13-bfd2-61bb-17a0-88aedd7037ea");
  });

  it("knows a board without a UUID", () => {
    assert.equal(uuidOf("F".repeat(32)), undefined);
    assert.equal(uuidOf("0".repeat(32)), undefined);
    assert.equal(uuidOf("13AEE355"), undefined);
    assert.equal(uuidOf(undefined), undefined);
  });

  it("collects what AMT knows about a machine", async () => {
    const { device } = bench;
    device.instance(
      "CIM_ComputerSystemPackage",
      () => "<h:PlatformGUID>13AEE355D2BFBB6117A088AEDD7037EA</h:PlatformGUID>",
    );
    device.instance("CIM_Chassis", () => "<h:Model>10RS</h:Model><h:SerialNumber>0012345</h:SerialNumber>");
    device.instance("CIM_BIOSElement", () => "<h:Version>M1UKT72A</h:Version>");
    device.instance("AMT_GeneralSettings", () => "<h:HostName>m920q-1</h:HostName>");
    list(
      "CIM_Chip",
      "<h:Tag>CPU 0</h:Tag><h:Version>Intel(R) Core(TM) i5-8500T</h:Version>",
      "<h:Tag>BIOS</h:Tag>",
    );
    list("CIM_Processor", "<h:MaxClockSpeed>2100</h:MaxClockSpeed>");
    list("CIM_PhysicalMemory", "<h:Capacity>8589934592</h:Capacity>", "<h:Capacity>17179869184</h:Capacity>");
    list(
      "AMT_EthernetPortSettings",
      "<h:InstanceID>Intel(r) AMT Ethernet Port Settings 0</h:InstanceID><h:MACAddress>C8-D9-D2-00-00-01</h:MACAddress>",
      "<h:InstanceID>Intel(r) AMT Ethernet Port Settings 1</h:InstanceID><h:MACAddress>c8-d9-d2-00-00-02</h:MACAddress>",
    );
    list(
      "CIM_SoftwareIdentity",
      "<h:InstanceID>Flash</h:InstanceID><h:VersionString>12.0.1</h:VersionString>",
      "<h:InstanceID>AMT</h:InstanceID><h:VersionString>12.0.67</h:VersionString>",
    );
    assert.deepEqual(await bench.driver.identity(never), {
      uuid: "55e3ae13-bfd2-61bb-17a0-88aedd7037ea",
      hostName: "m920q-1",
      model: "10RS",
      serialNumber: "0012345",
      biosVersion: "M1UKT72A",
      firmwareVersion: "12.0.67",
      processor: { model: "Intel(R) Core(TM) i5-8500T", count: 1 },
      memoryGiB: 24,
      macs: ["c8:d9:d2:00:00:01"],
    });
  });

  it("does not take a board maker's placeholders for facts", async () => {
    for (const text of [
      "To Be Filled By O.E.M.",
      "Default string",
      "System Serial Number",
      "  ",
      "None",
      "00000",
    ]) {
      bench.device.instance(
        "CIM_Chassis",
        () => `<h:Model>${text}</h:Model><h:SerialNumber> PC0FFEE </h:SerialNumber>`,
      );
      const { model, serialNumber } = await bench.driver.identity(never);
      assert.deepEqual([model, serialNumber], [undefined, "PC0FFEE"], text);
    }
    bench.device.instance(
      "CIM_Chassis",
      () => "<h:Model>X1 Nano</h:Model><h:SerialNumber>0042</h:SerialNumber>",
    );
    const { model, serialNumber } = await bench.driver.identity(never);
    assert.deepEqual([model, serialNumber], ["X1 Nano", "0042"]);
  });

  it("leaves out what the firmware does not have", async () => {
    const identity = await bench.driver.identity(never);
    assert.deepEqual(new Set(Object.values(identity)), new Set([undefined]));
  });

  it("does not take a lost engine for one without facts", async () => {
    bench.device.password = "another";
    bench.device.stale = "false";
    await failure("bad-credentials", bench.driver.identity(never));
    assert.equal(bench.device.failedLogins, 1);
  });

  it("stops pulling from an engine that never ends", async () => {
    bench.device.on(
      "Enumerate CIM_Chip",
      () => "<x:EnumerateResponse><x:EnumerationContext>1</x:EnumerationContext></x:EnumerateResponse>",
    );
    bench.device.on("Pull CIM_Chip", () => "<x:PullResponse><x:Items/></x:PullResponse>");
    await bench.driver.identity(never);
    assert.ok(bench.device.asked.filter((what) => what === "Pull CIM_Chip").length <= 50);
  });
});
