/** Every wait of the power controller, in milliseconds; why each has its size stands beside it. */
export interface PowerTiming {
  /** One read, retries not counted. AMT with a sleeping engine needs about 10 s to answer. */
  readonly readTimeout: number;
  /** One action: AMT grants each operation at least 30 s. */
  readonly actTimeout: number;
  /** From POST Reset to its answer with all retries: Ironic hangs up after 60 s. */
  readonly actDeadline: number;
  /** How long a GET waits for a device whose state is known but old: a GET takes less than 50 ms whatever it does. */
  readonly readWait: number;
  /** The same while the state after an accepted action was not read yet, since no older one may be told. */
  readonly actedWait: number;
  /** The same while nothing at all is known about the device yet. */
  readonly firstReadWait: number;
  /** How old a state may be for deciding what a reset has to do: a button may have been pressed since. */
  readonly decisionAge: number;
  /** What an action leaves of its deadline for looking whether it worked although its answer was lost. */
  readonly lookBack: number;
  /** How long a call that ignores its abort signal may keep the line to its device. */
  readonly abortGrace: number;
  /** Base of the jittered pause before a call is repeated. */
  readonly retryPause: number;
  /** After an action: pause before the first read, and the longest pause between reads. */
  readonly followFirst: number;
  readonly followMax: number;
  /** How long a hard and a graceful action may take until the device shows the wished state. */
  readonly settle: number;
  readonly gracefulSettle: number;
  /** A device may still read On just after it accepted a restart: On counts from here on. */
  readonly restartSettle: number;
  /** How long a new action waits for the one before it to settle. */
  readonly previousAction: number;
  /**
   * How long an action under way may take once the service is to stop: a plug that is cycled is off for up to 20 s, and
   * must not be left so. Kubernetes kills after 30 s.
   */
  readonly shutdown: number;
  /** Pauses of the circuit breaker: first and longest, for failures and for refused logins. */
  readonly failurePause: number;
  readonly failurePauseMax: number;
  readonly loginPause: number;
  readonly loginPauseMax: number;
  /** About so long after the first contact the device is asked about its machine: clients go first. */
  readonly identityDelay: number;
  /** The whole of it: some 30 requests to AMT, and over before a power state of 30 s runs out. */
  readonly identityTimeout: number;
  /** How old facts about the machine may become: they change when somebody opens its case. */
  readonly identityAge: number;
  /** Pause after a failure, doubled each time up to `identityAge`. */
  readonly identityRetry: number;
  /** One read of an energy meter; an action may have to wait for it. */
  readonly energyTimeout: number;
  /** Pause after a failure. */
  readonly energyRetry: number;
  /** How old a reading of the meter may be told as the present one. */
  readonly energyAge: number;
  /** How long a client that asks for the meter waits for it. */
  readonly energyWait: number;
}

export const defaultTiming: PowerTiming = {
  readTimeout: 15_000,
  actTimeout: 35_000,
  actDeadline: 50_000,
  readWait: 40,
  actedWait: 2_000,
  firstReadWait: 5_000,
  decisionAge: 1_000,
  lookBack: 5_000,
  abortGrace: 1_000,
  retryPause: 300,
  followFirst: 500,
  followMax: 3_000,
  settle: 60_000,
  gracefulSettle: 180_000,
  restartSettle: 3_000,
  previousAction: 20_000,
  shutdown: 25_000,
  failurePause: 5_000,
  failurePauseMax: 60_000,
  loginPause: 60_000,
  loginPauseMax: 900_000,
  identityDelay: 10_000,
  identityTimeout: 25_000,
  identityAge: 86_400_000,
  identityRetry: 600_000,
  energyTimeout: 6_000,
  energyRetry: 300_000,
  energyAge: 300_000,
  energyWait: 2_000,
};
