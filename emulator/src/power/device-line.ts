import { AsyncResource } from "node:async_hooks";
import PQueue from "p-queue";
import { DeviceError } from "../drivers/errors.ts";
import type { Clock } from "./clock.ts";
import { LetGo } from "./let-go.ts";
import { sleep } from "./sleep.ts";

export interface DeviceLineOptions {
  readonly clock: Clock;
  /** Named in time-out messages. */
  readonly address: string;
  /** Milliseconds between the end of one call and the start of the next. */
  readonly minimumGap: number;
  readonly abortGrace: number;
  /** Told of every call that ended; `error` when it failed. */
  readonly onCall?: (call: DeviceCall, milliseconds: number, error: DeviceError | undefined) => void;
  /** No call is made before this resolves: another line to the same device is being closed. */
  readonly begin?: Promise<unknown>;
}

/** What a call is for; a "read" is of the power state. */
export type DeviceCall = "read" | "action" | "identity" | "energy";

/** Whose turn is next: actions, then power reads, then what nobody waits for. */
const PRIORITY: Readonly<Record<DeviceCall, number>> = { action: 1, read: 0, energy: -1, identity: -2 };

export interface CallOptions {
  /** "read" unless given. */
  readonly call?: DeviceCall;
  readonly timeout: number;
  /** By the monotonic clock: the call ends by then, and does not begin when its turn comes later. */
  readonly deadline?: number;
}

/**
 * The one line to a device: calls go through one after the other, with a gap between them and a time-out each. Every
 * call to a driver passes here, so two can never meet at the device.
 */
export class DeviceLine {
  /** Calls that reached the driver since start: what protects the device is judged by this. */
  calls = 0;
  readonly #options: DeviceLineOptions;
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #closing = new AbortController();
  #lastEnd = Number.NEGATIVE_INFINITY;

  constructor(options: DeviceLineOptions) {
    this.#options = options;
    if (options.begin) void this.#queue.add(() => options.begin);
  }

  /**
   * Runs the call when its turn has come.
   * @throws DeviceError "timeout" when it takes too long, and whatever the call rejects with (errors that are not
   * DeviceErrors become kind "device"). LetGo when the line was closed: that is no fault of the device.
   */
  run<Result>(call: (signal: AbortSignal) => Promise<Result>, options: CallOptions): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const turn = async (): Promise<void> => {
        await this.#gap();
        if (this.#closing.signal.aborted) {
          reject(new LetGo(this.#options.address));
          return;
        }
        const { deadline = Number.POSITIVE_INFINITY } = options;
        const timeout = Math.min(options.timeout, deadline - this.#options.clock.elapsed());
        if (timeout <= 0) {
          reject(new DeviceError("timeout", `${this.#options.address} was busy until it was too late`));
          return;
        }
        await this.#call(call, { ...options, timeout }, resolve, reject);
        this.#lastEnd = this.#options.clock.elapsed();
      };
      // Bound, so that what is logged on the way carries the id of the request that asked.
      void this.#queue.add(AsyncResource.bind(turn), { priority: PRIORITY[options.call ?? "read"] });
    });
  }

  /** Aborts the running call, fails the waiting ones and waits until the line is quiet. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue.onIdle();
  }

  async #gap(): Promise<void> {
    const { clock, minimumGap } = this.#options;
    const rest = this.#lastEnd + minimumGap - clock.elapsed();
    if (rest > 0) await sleep(clock, rest, this.#closing.signal);
  }

  /** Settles the caller at the time-out at the latest; returns when the driver is done, or after the grace. */
  async #call<Result>(
    call: (signal: AbortSignal) => Promise<Result>,
    { timeout, call: kind = "read" }: CallOptions,
    resolve: (result: Result) => void,
    reject: (error: Error) => void,
  ): Promise<void> {
    const { clock, address, abortGrace, onCall } = this.#options;
    const begin = clock.elapsed();
    let over = false;
    const ended = (error?: Error): void => {
      if (over) return;
      over = true;
      const failure = error instanceof DeviceError ? error : undefined;
      onCall?.(kind, clock.elapsed() - begin, failure);
    };
    const abort = new AbortController();
    const stop = (error: Error): void => {
      ended(error);
      reject(error);
      abort.abort(error);
    };
    const cancelTimeout = clock.after(timeout, () => {
      stop(new DeviceError("timeout", `${address} did not answer within ${timeout / 1000} s`));
    });
    const close = (): void => stop(new LetGo(address));
    this.#closing.signal.addEventListener("abort", close, { once: true });
    const grace = new Promise<void>((release) => {
      abort.signal.addEventListener("abort", () => void sleep(clock, abortGrace).then(release), {
        once: true,
      });
    });
    this.calls += 1;
    const done = (async () => {
      try {
        const result = await call(abort.signal);
        ended();
        resolve(result);
      } catch (error) {
        const failure = asDeviceError(error);
        ended(failure);
        reject(failure);
      }
    })();
    await Promise.race([done, grace]);
    cancelTimeout();
    this.#closing.signal.removeEventListener("abort", close);
  }
}

function asDeviceError(error: unknown): DeviceError {
  if (error instanceof DeviceError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DeviceError("device", `the driver failed: ${message}`, { cause: error });
}
