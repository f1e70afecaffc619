import assert from "node:assert/strict";
import PQueue from "p-queue";
import type { DeviceIdentity } from "../../../emulator/src/drivers/driver.ts";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type TestMachine, type TestMachineOptions, testMachine } from "../support/machine.ts";
import { TestDevice } from "../support/test-device.ts";

const DAY = 86_400_000;
const FACTS: DeviceIdentity = { uuid: "55e3ae13-bfd2-61bb-17a0-88aedd7037ea", model: "10RR", memoryGiB: 16 };

describe("what a device knows about its machine", () => {
  /** What it answers next; an error is thrown. */
  let answer: DeviceIdentity | DeviceError;
  let asked: number;
  /** Signals of the questions so far. */
  let signals: AbortSignal[];
  let gate: Promise<void> | undefined;

  beforeEach(() => {
    answer = FACTS;
    asked = 0;
    signals = [];
    gate = undefined;
  });

  function knowing(firmwareVersion = "12.0.45.1509"): TestDevice {
    const device = new TestDevice();
    device.told = { firmwareVersion };
    device.identity = async (signal) => {
      asked += 1;
      signals.push(signal);
      await Promise.race([gate, new Promise<void>((_, reject) => signal.addEventListener("abort", reject))]);
      if (answer instanceof DeviceError) throw answer;
      return answer;
    };
    return device;
  }
  const start = (options: TestMachineOptions = {}): Promise<TestMachine> => {
    gate ??= Promise.resolve();
    return testMachine({ device: knowing(), ...options });
  };
  /** Somebody asks every 30 s, as long as the time lasts. */
  async function poll({ clock, power }: TestMachine, milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 30_000) {
      await power.view();
      await clock.pass(30_000);
    }
  }

  it("is asked some seconds after the first contact, without anybody waiting", async () => {
    const lab = await start();
    await lab.power.view();
    assert.equal(asked, 0);
    assert.equal(lab.power.facts.model, undefined);
    await lab.clock.pass(10_000);
    assert.equal(asked, 1);
    assert.equal(lab.power.facts.model, "10RR");
    assert.equal(lab.power.facts.memoryGiB, 16);
    assert.equal(lab.power.facts.uuid, FACTS.uuid);
  });

  it("is asked no device that was never reached", async () => {
    const lab = await start();
    lab.device.failure = new DeviceError("device", "garbage");
    await poll(lab, 120_000);
    assert.equal(asked, 0);
  });

  it("is asked once a day and no more", async () => {
    const lab = await start();
    await poll(lab, DAY - 60_000);
    assert.equal(asked, 1);
    answer = { ...FACTS, memoryGiB: 32 };
    await poll(lab, 120_000);
    assert.equal(asked, 2);
    assert.equal(lab.power.facts.memoryGiB, 32);
  });

  it("is asked anew when the device has another firmware", async () => {
    const lab = await start();
    await poll(lab, 60_000);
    lab.device.told = { firmwareVersion: "12.0.94.2380" };
    await poll(lab, 60_000);
    assert.equal(asked, 2);
    await poll(lab, 600_000);
    assert.equal(asked, 2);
  });

  it("is known after a restart without asking, until the day is over", async () => {
    const clock = new FakeClock();
    const first = await start({ clock });
    await poll(first, 60_000);
    const second = await start({ clock, store: first.store });
    assert.equal(second.power.facts.model, "10RR");
    await poll(second, DAY - 120_000);
    assert.equal(asked, 1);
    await poll(second, 120_000);
    assert.equal(asked, 2);
  });

  it("is forgotten with the device that told it", async () => {
    const clock = new FakeClock();
    const first = await start({ clock });
    await poll(first, 60_000);
    const second = await start({ clock, store: first.store, machine: { address: "192.0.2.99" } });
    assert.equal(second.power.facts.model, undefined);
    await poll(second, 60_000);
    assert.equal(asked, 2);
  });

  it("is tried more and more rarely when it fails, and power control does not notice", async () => {
    answer = new DeviceError("timeout", "said nothing");
    const lab = await start();
    await poll(lab, DAY);
    // 10, 20, 40 ... minutes.
    assert.ok(asked >= 5 && asked <= 9, `${asked} times`);
    const view = await lab.power.view();
    assert.equal(view.failure, undefined);
    assert.equal(lab.power.breakerState, "closed");
    assert.equal(await lab.power.reset("On"), "accepted");
  });

  it("keeps what it knew when a device answers rubbish, and when it leaves a fact out", async () => {
    const lab = await start();
    await poll(lab, 60_000);
    answer = {};
    await poll(lab, DAY);
    assert.ok(asked > 1);
    assert.equal(lab.power.facts.model, "10RR");
    answer = { uuid: FACTS.uuid, memoryGiB: 8 };
    await poll(lab, DAY);
    assert.equal(lab.power.facts.model, "10RR");
    assert.equal(lab.power.facts.memoryGiB, 8);
  });

  it("is not mixed with that of another machine behind the same address", async () => {
    const lab = await start();
    await poll(lab, 60_000);
    answer = { uuid: "00e3ae13-bfd2-61bb-17a0-88aedd7037ea", memoryGiB: 8 };
    await poll(lab, DAY);
    assert.equal(lab.power.facts.model, undefined);
  });

  it("gives way to an action at once, and is asked again later", async () => {
    gate = new Promise(() => undefined);
    const lab = await start();
    await lab.power.view();
    await lab.clock.pass(10_000);
    assert.equal(asked, 1);
    const reset = lab.power.reset("On");
    await lab.clock.pass(10);
    assert.equal(await reset, "accepted");
    assert.equal(signals[0]?.aborted, true);
    assert.equal(lab.device.overlap, 1);
    gate = Promise.resolve();
    await poll(lab, 180_000);
    assert.equal(asked, 2);
    assert.equal(lab.power.facts.model, "10RR");
  });

  it("is asked of a few devices at a time, and of the others in their turn", async () => {
    const clock = new FakeClock();
    const identityTurns = new PQueue({ concurrency: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const names = ["a", "b", "c", "d", "e"];
    const labs = await Promise.all(
      names.map((name) => start({ clock, identityTurns, device: knowing(), machine: { name } })),
    );
    for (const { power } of labs) await power.view();
    await clock.pass(15_000);
    for (const { power } of labs) await power.view();
    assert.equal(asked, 2);
    resolve();
    await clock.pass(100);
    assert.equal(asked, 5);
    assert.ok(labs.every(({ power }) => power.facts.model === "10RR"));
  });

  it("waits until an action has settled", async () => {
    const lab = await start();
    lab.device.ignores = true;
    await lab.power.reset("On");
    // Followed for a minute, since the machine does not come on.
    await lab.clock.pass(50_000);
    assert.equal(asked, 0);
    await lab.clock.pass(20_000);
    await poll(lab, 60_000);
    assert.equal(asked, 1);
  });

  it("ends with the service", async () => {
    gate = new Promise(() => undefined);
    const lab = await start();
    await lab.power.view();
    await lab.clock.pass(10_000);
    const closed = lab.power.close();
    await lab.clock.pass(5_000);
    await closed;
    assert.equal(signals[0]?.aborted, true);
    assert.ok(lab.device.closed);
  });

  it("yields to the configuration, fact by fact", async () => {
    answer = { ...FACTS, processor: { model: "i5-8500T", count: 1 }, macs: ["c8:d9:d2:00:00:01"] };
    const facts = { memoryGiB: 64, processors: { cores: 6, threads: 6, architecture: "x86_64" as const } };
    const lab = await start({ machine: { facts, uuid: "11111111-2222-4333-8444-555555555555" } });
    await poll(lab, 60_000);
    assert.deepEqual(JSON.parse(JSON.stringify(lab.power.facts)), {
      uuid: "11111111-2222-4333-8444-555555555555",
      model: "10RR",
      memoryGiB: 64,
      processors: { cores: 6, threads: 6, architecture: "x86_64", count: 1, model: "i5-8500T" },
      macs: ["c8:d9:d2:00:00:01"],
    });
  });
});
