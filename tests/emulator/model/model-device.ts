import type {
  BootOverride,
  DevicePower,
  DriverCapabilities,
  PowerAction,
  PowerDriver,
  PowerReading,
} from "../../../emulator/src/drivers/driver.ts";
import { DeviceError, type DeviceErrorKind } from "../../../emulator/src/drivers/errors.ts";
import { sleep } from "../../../emulator/src/power/sleep.ts";
import type { FakeClock } from "../support/fake-clock.ts";

export type Health = "well" | "silent" | DeviceErrorKind;

export interface Call {
  readonly what: "read" | PowerAction;
  readonly boot: BootOverride | undefined;
  readonly begin: number;
  end: number | undefined;
  ok: boolean;
}

/** A device with time and moods of its own, and a record of every call. */
export class ModelDevice implements PowerDriver {
  readonly capabilities: DriverCapabilities = {
    actions: ["on", "off", "cycle", "reset"],
    bootTargets: ["Pxe", "Hdd"],
    bootOverride: "enforced",
  };
  readonly actionGapMs = 10_000;
  readonly calls: Call[] = [];
  power: DevicePower = "Off";
  health: Health = "well";
  /** Milliseconds that a call takes. */
  latency = 10;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readPower(signal: AbortSignal): Promise<PowerReading> {
    return this.#call("read", undefined, signal, () => ({ power: this.power }));
  }

  act(action: PowerAction, boot: BootOverride | undefined, signal: AbortSignal): Promise<void> {
    return this.#call(action, boot, signal, () => {
      this.power = action === "off" ? "Off" : "On";
    });
  }

  async close(): Promise<void> {}

  async #call<Result>(
    what: Call["what"],
    boot: BootOverride | undefined,
    signal: AbortSignal,
    work: () => Result,
  ): Promise<Result> {
    const call: Call = { what, boot, begin: this.#clock.elapsed(), end: undefined, ok: false };
    this.calls.push(call);
    try {
      await sleep(this.#clock, this.health === "silent" ? 1e9 : this.latency, signal);
      if (signal.aborted) throw signal.reason;
      if (this.health !== "well" && this.health !== "silent") {
        throw new DeviceError(this.health, `the device is ${this.health}`);
      }
      const result = work();
      call.ok = true;
      return result;
    } finally {
      call.end = this.#clock.elapsed();
    }
  }
}
