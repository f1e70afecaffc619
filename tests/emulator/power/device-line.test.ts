import assert from "node:assert/strict";
import { DeviceLine } from "../../../emulator/src/power/device-line.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { testMachine } from "../support/machine.ts";

function line(minimumGap: number): { line: DeviceLine; clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, line: new DeviceLine({ clock, address: "192.0.2.1:80", minimumGap, abortGrace: 1_000 }) };
}

describe("the line to a device", () => {
  it("lets calls through one after the other with the gap between them", async () => {
    const { line: device, clock } = line(250);
    const begins: number[] = [];
    const begin = clock.elapsed();
    const call = async (): Promise<void> => {
      begins.push(clock.elapsed() - begin);
    };
    const calls = [1, 2, 3].map(() => device.run(call, { timeout: 1_000 }));
    await clock.pass(1_000);
    await Promise.all(calls);
    assert.deepEqual(begins, [0, 250, 500]);
  });

  it("lets an action pass the reads that wait", async () => {
    const { line: device, clock } = line(100);
    const order: string[] = [];
    const call = (name: string) => async () => {
      order.push(name);
    };
    void device.run(call("running read"), { timeout: 1_000 });
    void device.run(call("waiting read"), { timeout: 1_000 });
    void device.run(call("action"), { timeout: 1_000, call: "action" });
    await clock.pass(1_000);
    assert.deepEqual(order, ["running read", "action", "waiting read"]);
  });

  it("fails a call at its time-out, tells the driver, and is free again when the driver lets go", async () => {
    const { line: device, clock } = line(0);
    let told = false;
    const hang = (signal: AbortSignal): Promise<void> =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          told = true;
          reject(new Error("let go"));
        });
      });
    const first = assert.rejects(device.run(hang, { timeout: 5_000 }), {
      kind: "timeout",
      message: /192\.0\.2\.1:80/,
    });
    const second = device.run(async () => "answer", { timeout: 5_000 });
    await clock.pass(5_000);
    await first;
    assert.equal(told, true);
    assert.equal(await second, "answer");
  });

  it("gives a driver that ignores the signal one second before the next call", async () => {
    const { line: device, clock } = line(0);
    const deaf = (): Promise<void> => new Promise(() => undefined);
    const first = assert.rejects(device.run(deaf, { timeout: 5_000 }));
    let reached = false;
    const second = device.run(
      async () => {
        reached = true;
      },
      { timeout: 5_000 },
    );
    await clock.pass(5_999);
    assert.equal(reached, false);
    await clock.pass(1);
    await Promise.all([first, second]);
    assert.equal(reached, true);
  });

  it("wraps what a driver throws by mistake", async () => {
    const { line: device } = line(0);
    const broken = async (): Promise<void> => {
      throw new TypeError("x is undefined");
    };
    await assert.rejects(device.run(broken, { timeout: 1_000 }), {
      kind: "device",
      message: /x is undefined/,
    });
  });

  it("is quiet once the machine is closed, even with a call under way", async () => {
    const { clock, device, power } = await testMachine();
    device.gate = new Promise(() => undefined);
    const view = power.view();
    await clock.pass(10);
    await power.close();
    assert.equal(device.closed, true);
    assert.equal((await view).power, "Off");
  });
});
