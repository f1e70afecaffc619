/** Every wait of the AMT driver, in milliseconds; sizes from Intel's and MeshCommander's clients. */
export interface AmtTiming {
  /** One try to connect: the first packet only wakes a sleeping engine, so rather try again than wait long. */
  readonly connect: number;
  /** How long connecting is tried in all, and the pause between tries. */
  readonly wake: number;
  readonly wakePause: number;
  /** From a sent request to its complete answer; the second for a change of power, which AMT may take long over. */
  readonly answer: number;
  readonly actionAnswer: number;
  /** How long a refused change of power is tried again (the BIOS is busy for up to 10 s), and the pause between. */
  readonly busy: number;
  readonly busyPause: number;
  /** After a lost answer: how long an accepted action may take to show in the state. */
  readonly settle: number;
  /** An unused connection is closed after this. */
  readonly idle: number;
}

export const defaultAmtTiming: AmtTiming = {
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
