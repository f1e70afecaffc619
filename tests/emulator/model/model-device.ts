import type {
  ActOutcome,
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

/** "answer-lost": carries out what it is asked, and drops the connection; "gone-quiet": the same, and says nothing. */
export type Health = "well" | "silent" | "answer-lost" | "gone-quiet" | DeviceErrorKind;

export interface Call {
  readonly what: "read" | PowerAction;
  readonly boot: BootOverride | undefined;
  readonly begin: number;
  end: number | undefined;
  /** It was carried out, whether or not the answer arrived. */
  done: boolean;
  /** It was carried out and answered. */
  ok: boolean;
  /** There was nothing to do. */
  needless: boolean;
  /** Nobody but the device can tell whether it was carried out. */
  uncertain: boolean;
}

const NEVER = 1e9;
/** What a client of drivers may rely on: see errors.ts. */
const UNCERTAIN: ReadonlySet<DeviceErrorKind> = new Set(["unreachable", "timeout", "device"]);

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

  act(action: PowerAction, boot: BootOverride | undefined, signal: AbortSignal): Promise<ActOutcome> {
    return this.#call(action, boot, signal, (call) => {
      // As AMT: it looks first, and switches on only what is off.
      if (action === "on" && this.power === "On") {
        call.needless = true;
        return "needless";
      }
      this.power = action === "off" ? "Off" : "On";
      return "accepted";
    });
  }

  async close(): Promise<void> {}

  async #call<Result>(
    what: Call["what"],
    boot: BootOverride | undefined,
    signal: AbortSignal,
    work: (call: Call) => Result,
  ): Promise<Result> {
    const call: Call = {
      what,
      boot,
      begin: this.#clock.elapsed(),
      end: undefined,
      done: false,
      ok: false,
      needless: false,
      uncertain: true,
    };
    this.calls.push(call);
    try {
      await sleep(this.#clock, this.health === "silent" ? NEVER : this.latency, signal);
      if (signal.aborted) throw signal.reason;
      const { health } = this;
      if (health !== "well" && health !== "answer-lost" && health !== "gone-quiet" && health !== "silent") {
        call.uncertain = UNCERTAIN.has(health);
        throw new DeviceError(health, `the device is ${health}`);
      }
      const result = work(call);
      call.done = !call.needless;
      if (health === "gone-quiet") {
        await sleep(this.#clock, NEVER, signal);
        throw signal.reason;
      }
      if (health === "answer-lost") throw new DeviceError("unreachable", "connection reset");
      call.ok = true;
      return result;
    } finally {
      call.end = this.#clock.elapsed();
    }
  }
}
