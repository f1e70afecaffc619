import { TapoDriver } from "../../../../emulator/src/drivers/tapo/driver.ts";
import { tapoOptionsSchema } from "../../../../emulator/src/drivers/tapo/options.ts";
import type { TapoTiming } from "../../../../emulator/src/drivers/tapo/timing.ts";
import { machineAt, recordingLogger } from "../support/driver-under-test.ts";
import { StepClock } from "../support/step-clock.ts";
import { HandMadePlug } from "./hand-made-plug.ts";

/** Every wait has its own length, so that a test can name it. */
export const TIMING: TapoTiming = { request: 5_001, repeatPause: 250, probe: 1_000, probeGap: 60_000 };
export const OFF_TIME = 5_000;

/** A driver and a plug as two halves of one test. */
export class TapoBench {
  readonly plug = new HandMadePlug();
  readonly clock: StepClock;
  readonly log = recordingLogger();
  #driver: TapoDriver | undefined;

  /** @param pauses lengths of waits that end at once */
  constructor(...pauses: number[]) {
    this.clock = new StepClock(TIMING.repeatPause, ...pauses);
  }

  get driver(): TapoDriver {
    if (!this.#driver) throw new Error("start the bench first");
    return this.#driver;
  }

  async start(): Promise<void> {
    await this.plug.start();
    const options = tapoOptionsSchema.parse({ discoveryPort: this.plug.discoveryPort });
    this.#driver = new TapoDriver(machineAt(this.plug.address), options, {
      logger: this.log.logger,
      clock: this.clock,
      timing: TIMING,
    });
  }

  async close(): Promise<void> {
    await this.#driver?.close();
    await this.plug.close();
  }
}
