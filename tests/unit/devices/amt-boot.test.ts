import assert from "node:assert/strict";
import { type AmtDevice, startAmtDevice } from "../../../sim/devices/index.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { texts, WsmanClient } from "./support/wsman-client.ts";

const LOGIN = { username: "admin", password: "Simulated-1" };
const PXE = "Intel(r) AMT: Force PXE Boot";
const [ON, RESET] = [2, 10];
const SETTINGS = { ElementName: "x", InstanceID: "Intel(r) AMT:BootSettingData 0", OwningEntity: "x" };

describe("simulated AMT engine: one-time boot", () => {
  let amt: AmtDevice;
  let clock: ManualClock;
  let client: WsmanClient;

  beforeEach(async () => {
    clock = new ManualClock();
    amt = await startAmtDevice({ name: "m920q-1", ...LOGIN, clock });
    client = new WsmanClient(amt.address);
  });
  afterEach(() => amt.close());

  /** Starts the firmware and says what it booted. */
  const boot = async () => {
    assert.equal(await client.power(amt.power === "on" ? RESET : ON), 0);
    clock.tick(10_000);
    const { source, settings, conflict } = amt.boots.at(-1) ?? {};
    return { source, settings, conflict };
  };
  const isNext = async () => texts((await client.list("CIM_ElementSettingData")).text, "IsNext")[0];

  const orders: Record<string, readonly (() => Promise<number>)[]> = {
    "role, then source (MeshCommander, Intel)": [() => client.bootRole(1), () => client.bootOrder(PXE)],
    "source, then role (the amt package, Ironic)": [() => client.bootOrder(PXE), () => client.bootRole(1)],
  };
  for (const [order, steps] of Object.entries(orders)) {
    it(`boots the source once: ${order}`, async () => {
      for (const step of steps) assert.equal(await step(), 0);
      assert.equal(await isNext(), "3");
      assert.equal((await boot()).source, "pxe");
      assert.equal(await isNext(), "2");
      assert.equal((await boot()).source, null, "spent");
    });
  }

  it("knows disk and CD too, and shows its sources", async () => {
    const { text } = await client.list("CIM_BootSourceSetting");
    const sources = texts(text, "InstanceID");
    assert.equal(sources.length, 3);
    const booted = [];
    for (const source of sources) {
      await client.bootOrder(source);
      await client.bootRole(1);
      booted.push((await boot()).source);
    }
    assert.deepEqual(booted, ["disk", "pxe", "cd"]);
  });

  it("boots in the firmware's order when the role was never set, or was taken back", async () => {
    await client.bootOrder(PXE);
    assert.equal((await boot()).source, null);
    await client.bootOrder(PXE);
    await client.bootRole(1);
    assert.equal(await client.bootRole(32_768), 0);
    assert.equal((await boot()).source, null);
  });

  it("clears the source by an order without one", async () => {
    await client.bootOrder(PXE);
    await client.bootRole(1);
    assert.equal(await client.bootOrder(), 0);
    assert.equal((await boot()).source, null);
  });

  it("refuses an unknown source, another role, and a boot source in place of the configuration", async () => {
    assert.notEqual(await client.bootOrder("Intel(r) AMT: Force Diagnostic Boot"), 0);
    assert.notEqual(await client.bootRole(0), 0);
    assert.notEqual(await client.bootRole(1, PXE, "CIM_BootSourceSetting"), 0);
    assert.equal(await isNext(), "2");
  });

  it("uses the settings of the armed boot and clears them", async () => {
    const put = await client.put("AMT_BootSettingData", {
      ...SETTINGS,
      BIOSSetup: "true",
      BootMediaIndex: "0",
    });
    assert.equal(put.status, 200);
    assert.deepEqual(texts(put.text, "BIOSSetup"), ["true"]);
    assert.deepEqual(texts((await client.get("AMT_BootSettingData")).text, "OptionsCleared"), ["false"]);
    await client.bootRole(1);
    assert.deepEqual(await boot(), { source: null, settings: { BIOSSetup: "true" }, conflict: false });
    const { text } = await client.get("AMT_BootSettingData");
    assert.deepEqual([texts(text, "BIOSSetup"), texts(text, "OptionsCleared")], [["false"], ["true"]]);
  });

  for (const setting of ["UseSOL", "UseIDER", "BIOSSetup", "BIOSPause", "ReflashBIOS"]) {
    it(`does not take a source together with ${setting}`, async () => {
      await client.put("AMT_BootSettingData", { ...SETTINGS, [setting]: "true" });
      assert.notEqual(await client.bootOrder(PXE), 0);
      assert.equal(await client.bootOrder(), 0, "clearing is always possible");
      await client.put("AMT_BootSettingData", SETTINGS);
      assert.equal(await client.bootOrder(PXE), 0);
    });
  }

  it("marks a boot whose setting excludes the source that was there before", async () => {
    await client.bootOrder(PXE);
    await client.put("AMT_BootSettingData", { ...SETTINGS, UseSOL: "true" });
    await client.bootRole(1);
    assert.equal((await boot()).conflict, true);
  });

  it("refuses a Put with the engine's own properties, an unknown one, a wrong value, another instance", async () => {
    const { text } = await client.get("AMT_BootSettingData");
    for (const own of [
      "BIOSLastStatus",
      "OptionsCleared",
      "BootguardStatus",
      "RPEEnabled",
      "WinREBootEnabled",
    ]) {
      assert.ok(texts(text, own).length > 0, `${own} is told`);
      const answer = await client.put("AMT_BootSettingData", { ...SETTINGS, UseSOL: "true", [own]: "false" });
      assert.equal(answer.status, 400, own);
      assert.match(answer.text, /SchemaValidationError/);
    }
    const mistakes: Record<string, string>[] = [
      { UseSol: "true" },
      { UseSOL: "yes" },
      { BootMediaIndex: "first" },
      { InstanceID: "other" },
    ];
    for (const wrong of mistakes) {
      assert.equal((await client.put("AMT_BootSettingData", { ...SETTINGS, ...wrong })).status, 400);
    }
    assert.deepEqual(texts((await client.get("AMT_BootSettingData")).text, "UseSOL"), ["false"]);
  });

  it("does not use the override for a start by the button or by the operating system", async () => {
    await client.bootOrder(PXE);
    await client.bootRole(1);
    amt.pressButton();
    amt.machineDid("reboot");
    assert.deepEqual(
      amt.boots.map(({ source }) => source),
      [null, null],
    );
    assert.equal((await boot()).source, "pxe");
  });

  it("keeps the source after a boot where the firmware is of that kind", async () => {
    amt.setFaults({ sourceSticks: true });
    await client.bootOrder(PXE);
    await client.bootRole(1);
    await boot();
    await client.bootRole(1);
    assert.equal((await boot()).source, "pxe", "a stale source");
    await client.bootOrder();
    await client.bootRole(1);
    assert.equal((await boot()).source, null);
  });

  it("denies boot options where the user has to consent, and says so in its settings", async () => {
    amt.setFaults({ consentRequired: true });
    for (const answer of [
      await client.invoke("CIM_BootConfigSetting", "ChangeBootOrder"),
      await client.put("AMT_BootSettingData", SETTINGS),
    ]) {
      assert.equal(answer.status, 400);
      assert.match(answer.text, /:AccessDenied</);
      assert.match(answer.text, /AMT-STATUS 2081/);
    }
    await assert.rejects(client.bootRole(1), /AccessDenied/);
    const { text } = await client.get("IPS_OptInService");
    assert.deepEqual(texts(text, "OptInRequired"), ["4294967295"]);
    const setup = await client.get("AMT_SetupAndConfigurationService");
    assert.deepEqual(texts(setup.text, "ProvisioningMode"), ["4"]);
  });
});
