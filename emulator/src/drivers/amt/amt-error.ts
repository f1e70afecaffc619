import { DeviceError, type DeviceErrorKind } from "../errors.ts";

/** How much of a request may have reached AMT when it failed, for deciding whether it may be sent again. */
export type AmtProgress =
  /** Nothing was carried out: no connection, or an answer that says so. */
  | "none"
  /** Sent, then the connection ended (AMT's own network card resets with the machine). */
  | "dropped"
  /** Sent, then nothing came in time. */
  | "silent";

interface AmtErrorOptions {
  readonly progress?: AmtProgress;
  readonly busy?: boolean;
  readonly unknownClass?: boolean;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A DeviceError with what the driver itself needs for its next step. */
export class AmtError extends DeviceError {
  readonly progress: AmtProgress;
  /** AMT said "not now"; the same request may be accepted seconds later. */
  readonly busy: boolean;
  /** The firmware does not know the class that was asked for. */
  readonly unknownClass: boolean;

  constructor(kind: DeviceErrorKind, message: string, options: AmtErrorOptions = {}) {
    super(kind, message, options);
    this.progress = options.progress ?? "none";
    this.busy = options.busy ?? false;
    this.unknownClass = options.unknownClass ?? false;
  }
}
