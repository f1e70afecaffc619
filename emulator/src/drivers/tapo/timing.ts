/** Every wait of the Tapo driver, in milliseconds. */
export interface TapoTiming {
  /** One HTTP request; a plug that is well answers within a second. */
  readonly request: number;
  /** Between two requests of one call when the first failed: plugs close the connection and need a moment. */
  readonly repeatPause: number;
  /** How long a discovery probe's answer is waited for. */
  readonly probe: number;
  /** No second probe to the same plug before this. */
  readonly probeGap: number;
}

export const defaultTapoTiming: TapoTiming = {
  request: 5_000,
  repeatPause: 250,
  probe: 1_000,
  probeGap: 60_000,
};
