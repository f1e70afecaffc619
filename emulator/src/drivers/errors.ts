/**
 * Why a device could not do what was asked; decides about retries, back-off and what a Redfish client is told. After
 * "unreachable", "timeout" and "device" an action may have been carried out all the same; the others say it was not.
 */
export type DeviceErrorKind =
  /** Refused, no route, name not found, connection dropped. */
  | "unreachable"
  /** The device accepted the connection and did not answer in time. */
  | "timeout"
  /** User name or password wrong. Never repeated at once: devices lock out. */
  | "bad-credentials"
  /** Tapo: Me > Third-Party Services > Third-Party Compatibility is off. */
  | "needs-compatibility-switch"
  /** The device forgot our session; a new login may help at once. */
  | "session-lost"
  /** The device asked us to slow down. */
  | "rate-limited"
  /** Understood and refused: not now (BIOS busy, session open) or not at all (not supported, user consent). */
  | "refused"
  /** Any other answer that is an error or cannot be understood. */
  | "device";

const RETRYABLE: ReadonlySet<DeviceErrorKind> = new Set(["unreachable", "timeout", "session-lost"]);

export interface DeviceErrorOptions {
  readonly cause?: unknown;
  /** Overrides what the kind implies, e.g. a "refused" that is known to pass. */
  readonly retryable?: boolean;
}

/**
 * The only error a driver rejects with. The message names the device's address and the cure where one is known; it is
 * logged and shown to Redfish clients, so it must never contain a password, a token, a key or a cookie.
 */
export class DeviceError extends Error {
  readonly kind: DeviceErrorKind;
  /** Whether repeating the same read may help within seconds. Actions are repeated only after a read. */
  readonly retryable: boolean;

  constructor(kind: DeviceErrorKind, message: string, options: DeviceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "DeviceError";
    this.kind = kind;
    this.retryable = options.retryable ?? RETRYABLE.has(kind);
  }
}
