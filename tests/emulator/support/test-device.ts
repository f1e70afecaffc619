import { z } from "zod";
import type {
  ActOutcome,
  BootOverride,
  DevicePower,
  DriverCapabilities,
  DriverModule,
  PowerAction,
  PowerDriver,
  PowerReading,
} from "../../../emulator/src/drivers/driver.ts";
import type { DeviceError } from "../../../emulator/src/drivers/errors.ts";

/** A device as a test wants it: what it answers, and a record of what it was asked. */
export class TestDevice implements PowerDriver {
  power: DevicePower = "Off";
  /** What the device lists as possible now; undefined: it does not tell. */
  listed: readonly PowerAction[] | undefined;
  /** Thrown by every read and every action while set. */
  failure: DeviceError | undefined;
  /** Thrown by actions only; the action is carried out first if `actsThough`. */
  actFailure: DeviceError | undefined;
  actsThough = false;
  /** Reads and actions wait for this. */
  gate: Promise<void> | undefined;
  /** Accept actions and change nothing, as AMT without a listening operating system. */
  ignores = false;
  /** Looks before it switches on, as the AMT driver does. */
  looks = false;
  /** Reads after an action until the new power state shows. */
  slowness = 0;
  /** A read that was begun answers what was true at its begin. */
  reads = 0;
  acts: { readonly action: PowerAction; readonly boot: BootOverride | undefined }[] = [];
  /** Calls at the same time, at most. */
  overlap = 0;
  closed = false;
  actionGapMs = 0;
  /** What the answer to a power read tells in passing. */
  told: Omit<PowerReading, "power" | "actions"> = {};
  identity?: NonNullable<PowerDriver["identity"]>;
  energy?: NonNullable<PowerDriver["energy"]>;
  capabilities: DriverCapabilities = {
    actions: ["on", "off", "cycle", "reset", "gracefulOff", "gracefulReset", "nmi"],
    bootTargets: ["Pxe", "Hdd", "Cd", "BiosSetup"],
    bootOverride: "enforced",
  };
  #busy = 0;
  #becomes: { power: DevicePower; afterReads: number } | undefined;

  get calls(): number {
    return this.reads + this.acts.length;
  }

  async readPower(signal: AbortSignal): Promise<PowerReading> {
    this.reads += 1;
    return await this.#during(signal, () => {
      const becomes = this.#becomes;
      if (becomes) {
        if (becomes.afterReads <= 0) {
          this.power = becomes.power;
          this.#becomes = undefined;
        } else becomes.afterReads -= 1;
      }
      return { power: this.power, ...this.told, ...(this.listed && { actions: this.listed }) };
    });
  }

  async act(action: PowerAction, boot: BootOverride | undefined, signal: AbortSignal): Promise<ActOutcome> {
    this.acts.push({ action, boot });
    return await this.#during(signal, () => {
      if (this.looks && action === "on" && this.power === "On") return "needless";
      if (!this.actFailure || this.actsThough) this.#carryOut(action);
      if (this.actFailure) throw this.actFailure;
      return "accepted";
    });
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #carryOut(action: PowerAction): void {
    if (this.ignores || action === "nmi") return;
    const power = action === "off" || action === "gracefulOff" ? "Off" : "On";
    this.#becomes = { power, afterReads: this.slowness };
    if (this.slowness === 0) this.power = power;
  }

  async #during<Result>(signal: AbortSignal, work: () => Result): Promise<Result> {
    this.#busy += 1;
    this.overlap = Math.max(this.overlap, this.#busy);
    try {
      if (this.gate) await Promise.race([this.gate, aborted(signal)]);
      if (this.failure) throw this.failure;
      return work();
    } finally {
      this.#busy -= 1;
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** A driver whose machines are the given devices, by the machine's name. */
export function testDriver(devices: Readonly<Record<string, TestDevice>>, minimumGapMs = 0): DriverModule {
  return {
    kind: "test",
    options: z.strictObject({ colour: z.string().optional() }),
    minimumGapMs,
    create: (machine) => {
      const device = devices[machine.name];
      if (!device) throw new Error(`no test device for ${machine.name}`);
      return device;
    },
  };
}
