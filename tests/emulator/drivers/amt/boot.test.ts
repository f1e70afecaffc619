import assert from "node:assert/strict";
import { XMLParser } from "fast-xml-parser";
import { failure, never } from "../support/driver-under-test.ts";
import { AmtBench } from "./amt-bench.ts";

const BOOT_DATA = [
  "<g:BIOSLastStatus>2</g:BIOSLastStatus><g:BIOSLastStatus>0</g:BIOSLastStatus>",
  "<g:BIOSPause>false</g:BIOSPause><g:BIOSSetup>true</g:BIOSSetup><g:BootMediaIndex>3</g:BootMediaIndex>",
  "<g:BootguardStatus>127</g:BootguardStatus><g:ConfigurationDataReset>false</g:ConfigurationDataReset>",
  "<g:ElementName>Intel(r) AMT Boot &amp; Co</g:ElementName><g:EnforceSecureBoot>true</g:EnforceSecureBoot>",
  "<g:InstanceID>Intel(r) AMT:BootSettingData 0</g:InstanceID><g:OptionsCleared>true</g:OptionsCleared>",
  "<g:OwningEntity>Intel(r) AMT</g:OwningEntity><g:PlatformErase>true</g:PlatformErase>",
  "<g:RSEPassword></g:RSEPassword><g:SecureErase>false</g:SecureErase><g:UseSOL>true</g:UseSOL>",
].join("");

const READ = "Get CIM_AssociatedPowerManagementService";
const ARM_FOR_SOURCE = [
  "Get AMT_BootSettingData",
  "ChangeBootOrder",
  "Put AMT_BootSettingData",
  "SetBootConfigRole",
  "ChangeBootOrder",
];

describe("amt driver: one-time boot", () => {
  let bench: AmtBench;
  /** Source of each ChangeBootOrder; "" for none. */
  let sources: string[];
  let roles: string[];
  let put: Record<string, unknown> | undefined;

  beforeEach(async () => {
    bench = new AmtBench();
    sources = [];
    roles = [];
    put = undefined;
    const { device } = bench;
    device.instance("AMT_BootSettingData", () => BOOT_DATA);
    device.instance(
      "AMT_BootCapabilities",
      () => "<h:ForcePXEBoot>true</h:ForcePXEBoot><h:BIOSSetup>true</h:BIOSSetup>",
    );
    device.method("ChangeBootOrder", (body) => {
      sources.push(/Selector Name="InstanceID">([^<]*)</.exec(body)?.[1] ?? "");
      return 0;
    });
    device.method("SetBootConfigRole", (body) => {
      roles.push(`${/Selector Name="InstanceID">([^<]*)</.exec(body)?.[1]} ${/Role>(\d+)</.exec(body)?.[1]}`);
      return 0;
    });
    device.on("Put AMT_BootSettingData", (body) => {
      const document = new XMLParser({ removeNSPrefix: true, parseTagValue: false }).parse(body);
      put = document.Envelope.Body.AMT_BootSettingData;
      return "<g:AMT_BootSettingData/>";
    });
    await bench.start();
  });
  afterEach(() => bench.close());

  for (const [target, source] of [
    ["Pxe", "Intel(r) AMT: Force PXE Boot"],
    ["Hdd", "Intel(r) AMT: Force Hard-drive Boot"],
    ["Cd", "Intel(r) AMT: Force CD/DVD Boot"],
  ] as const) {
    it(`boots ${target} once, in the order that works, all in one go before the power action`, async () => {
      await bench.driver.act("on", { target, mode: "UEFI" }, never);
      assert.deepEqual(bench.device.asked, [
        READ,
        "Get AMT_BootCapabilities",
        ...ARM_FOR_SOURCE,
        "RequestPowerStateChange",
      ]);
      assert.deepEqual(sources, ["", source]);
      assert.deepEqual(roles, ["Intel(r) AMT: Boot Configuration 0 1"]);
      assert.deepEqual(bench.requested, [2]);
    });
  }

  it("writes settings with all options off, keeps what is kept, leaves out what may only be read", async () => {
    await bench.driver.act("on", { target: "Pxe" }, never);
    assert.deepEqual(put, {
      BIOSPause: "false",
      BIOSSetup: "false",
      BootMediaIndex: "0",
      ConfigurationDataReset: "false",
      ElementName: "Intel(r) AMT Boot & Co",
      EnforceSecureBoot: "true",
      FirmwareVerbosity: "0",
      ForcedProgressEvents: "false",
      IDERBootDevice: "0",
      InstanceID: "Intel(r) AMT:BootSettingData 0",
      LockKeyboard: "false",
      LockPowerButton: "false",
      LockResetButton: "false",
      LockSleepButton: "false",
      OwningEntity: "Intel(r) AMT",
      PlatformErase: "false",
      ReflashBIOS: "false",
      SecureErase: "false",
      UseIDER: "false",
      UseSOL: "false",
      UseSafeMode: "false",
      UserPasswordBypass: "false",
    });
  });

  it("writes the same settings each time (the builder changes the object it gets)", async () => {
    await bench.driver.act("on", { target: "Pxe" }, never);
    const first = put;
    bench.state = 8;
    await bench.driver.act("on", { target: "Pxe" }, never);
    assert.deepEqual(put, first);
  });

  it("enters the setup by its flag and without a source, since the two exclude each other", async () => {
    await bench.driver.act("on", { target: "BiosSetup" }, never);
    assert.equal(put?.BIOSSetup, "true");
    assert.deepEqual(sources, [""]);
    assert.deepEqual(roles, ["Intel(r) AMT: Boot Configuration 0 1"]);
  });

  for (const [action, number] of [
    ["reset", 10],
    ["cycle", 5],
  ] as const) {
    it(`boots PXE by ${action} when the machine is on`, async () => {
      bench.state = 2;
      await bench.driver.act(action, { target: "Pxe" }, never);
      assert.deepEqual(sources, ["", "Intel(r) AMT: Force PXE Boot"]);
      assert.deepEqual(bench.requested, [number]);
    });
  }

  it("chooses nothing without an override, and nothing for an action that starts nothing", async () => {
    await bench.driver.act("on", undefined, never);
    await bench.driver.act("off", { target: "Pxe" }, never);
    assert.deepEqual(sources, []);
  });

  it("asks for the capabilities once", async () => {
    await bench.driver.act("on", { target: "Pxe" }, never);
    bench.state = 8;
    await bench.driver.act("on", { target: "Pxe" }, never);
    assert.equal(bench.device.asked.filter((what) => what === "Get AMT_BootCapabilities").length, 1);
  });

  it("refuses a target the machine does not have, before anything is changed", async () => {
    bench.device.instance("AMT_BootCapabilities", () => "<h:ForcePXEBoot>false</h:ForcePXEBoot>");
    const error = await failure("refused", bench.driver.act("on", { target: "Pxe" }, never));
    assert.match(error.message, /ForcePXEBoot is false/);
    assert.deepEqual(bench.device.asked, [READ, "Get AMT_BootCapabilities"]);
  });

  it("goes on where the firmware has no list of capabilities", async () => {
    bench.device.fault("Get AMT_BootCapabilities", "DestinationUnreachable");
    await bench.driver.act("on", { target: "Pxe" }, never);
    assert.deepEqual(bench.requested, [2]);
  });

  for (const [step, kind, text] of [
    ["ChangeBootOrder", "device", /ChangeBootOrder \(no source\) answered 5 \(bad parameter\)/],
    ["SetBootConfigRole", "device", /SetBootConfigRole answered 5 \(bad parameter\)/],
  ] as const) {
    it(`does not start the machine when ${step} is refused`, async () => {
      bench.device.method(step, () => 5);
      const error = await failure(kind, bench.driver.act("on", { target: "Pxe" }, never));
      assert.match(error.message, text);
      assert.deepEqual(bench.requested, []);
    });
  }

  it("names user consent when the settings may not be written", async () => {
    bench.device.fault("Put AMT_BootSettingData", "AccessDenied", "AMT-STATUS 2081");
    const error = await failure("refused", bench.driver.act("on", { target: "Pxe" }, never));
    assert.match(error.message, /Put AMT_BootSettingData failed.*user consent required.*OptInRequired 0/);
    assert.deepEqual(bench.requested, []);
  });

  it("takes a choice back that no start has used, so that it does not surprise the next one", async () => {
    bench.device.method("RequestPowerStateChange", () => 4);
    await failure("device", bench.driver.act("on", { target: "Pxe" }, never));
    const { length } = bench.device.asked;
    bench.device.method("RequestPowerStateChange", () => 0);
    await bench.driver.act("on", undefined, never);
    assert.deepEqual(bench.device.asked.slice(length), [
      READ,
      "Get AMT_BootSettingData",
      "ChangeBootOrder",
      "Put AMT_BootSettingData",
      "RequestPowerStateChange",
    ]);
    assert.equal(sources.at(-1), "");
    await bench.driver.act("on", undefined, never);
    assert.deepEqual(bench.device.asked.slice(-2), [READ, "RequestPowerStateChange"]);
  });
});
