import type { ServerOptions } from "node:https";
import { AmtDriver } from "../../../../emulator/src/drivers/amt/driver.ts";
import { amtOptionsSchema } from "../../../../emulator/src/drivers/amt/options.ts";
import type { AmtTiming } from "../../../../emulator/src/drivers/amt/timing.ts";
import { machineAt, recordingLogger } from "../support/driver-under-test.ts";
import { StepClock } from "../support/step-clock.ts";
import { HandMadeAmt } from "./hand-made-amt.ts";

/** Every wait has its own length, so that a test can name it. */
export const TIMING: AmtTiming = {
  connect: 3_000,
  wake: 10_000,
  wakePause: 1_000,
  answer: 12_000,
  actionAnswer: 20_000,
  busy: 12_000,
  busyPause: 2_500,
  settle: 2_000,
  idle: 6_000,
};

/** A driver and a machine's AMT engine as two halves of one test. */
export class AmtBench {
  readonly device: HandMadeAmt;
  readonly clock = new StepClock(TIMING.wakePause, TIMING.busyPause, TIMING.settle);
  readonly log = recordingLogger();
  /** PowerState as AMT numbers it, and what RequestPowerStateChange was asked for. */
  state = 8;
  readonly requested: number[] = [];
  /** AvailableRequestedPowerStates by state. */
  available: Readonly<Record<number, readonly number[]>> = { 2: [5, 8, 10, 11], 8: [2] };
  #driver: AmtDriver | undefined;

  constructor(tls?: ServerOptions) {
    this.device = new HandMadeAmt(tls);
    const { device } = this;
    device.instance(
      "CIM_AssociatedPowerManagementService",
      () =>
        `<h:PowerState>${this.state}</h:PowerState>${(this.available[this.state] ?? [])
          .map((state) => `<h:AvailableRequestedPowerStates>${state}</h:AvailableRequestedPowerStates>`)
          .join("")}`,
    );
    device.method("RequestPowerStateChange", (body) => {
      const state = Number(/PowerState>(\d+)</.exec(body)?.[1]);
      this.requested.push(state);
      this.state = state === 8 || state === 12 ? 8 : 2;
      return 0;
    });
  }

  get driver(): AmtDriver {
    if (!this.#driver) throw new Error("start the bench first");
    return this.#driver;
  }

  async start(options: Record<string, unknown> = {}): Promise<void> {
    await this.device.start();
    this.connect(options);
  }

  /** A new driver for the same device, as after a restart of the emulator. */
  connect(options: Record<string, unknown> = {}): void {
    this.#driver = new AmtDriver(machineAt(this.device.address), amtOptionsSchema.parse(options), {
      logger: this.log.logger,
      clock: this.clock,
      timing: TIMING,
    });
  }

  async close(): Promise<void> {
    await this.#driver?.close();
    await this.device.close();
  }
}
