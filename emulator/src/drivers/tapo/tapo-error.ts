import { DeviceError, type DeviceErrorKind } from "../errors.ts";

interface TapoErrorOptions {
  readonly session?: "kept" | "gone";
  readonly uncertain?: boolean;
  readonly newSessionHelps?: boolean;
  readonly retryable?: boolean;
}

/**
 * A DeviceError with what the driver needs for its next step. It never carries the original error as its cause: those
 * of axios hold the cookie and the encrypted body, and a logger would print them.
 */
export class TapoError extends DeviceError {
  /** "gone": what we have of the session is useless or out of step. */
  readonly session: "kept" | "gone";
  /** The request may have been carried out: a command must not be repeated before the relay was read. */
  readonly uncertain: boolean;
  /** Worth one repeat with a new handshake. */
  readonly newSessionHelps: boolean;

  constructor(kind: DeviceErrorKind, message: string, options: TapoErrorOptions = {}) {
    super(kind, message, options);
    this.session = options.session ?? "kept";
    this.uncertain = options.uncertain ?? false;
    this.newSessionHelps = options.newSessionHelps ?? false;
  }
}
