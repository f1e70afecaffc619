/**
 * What has reached a device. Two levels, since one call may take several HTTP requests (a digest challenge, a
 * handshake) and one connection may carry many or none:
 *
 * - device level, `total` and `byOperation`: requests that were authenticated and made the device do or read something.
 *   "The emulator asked the device at most once" is proven by these.
 * - transport level, `connections`, `httpRequests`, `logins`, `failedLogins`, `refused`.
 */
export interface CallSnapshot {
  /** Authenticated calls: an AMT SOAP message, a plug's /app/request that decrypted. */
  readonly total: number;
  /** `total` by name: "CIM_AssociatedPowerManagementService.Get", "get_device_info" ... */
  readonly byOperation: Readonly<Record<string, number>>;
  /** Those of `total` that answered the power state: what a cache is there to save. */
  readonly powerReads: number;
  /** AMT: first good use of a nonce. Plug: completed handshakes. */
  readonly logins: number;
  /** Wrong passwords or user names as far as the device can tell; a challenge without credentials is none. */
  readonly failedLogins: number;
  /** Requests turned away: challenges (401), lost sessions (403), too many (429). */
  readonly refused: number;
  /** TCP connections accepted. */
  readonly connections: number;
  /** HTTP requests of any kind and outcome. */
  readonly httpRequests: number;
}

/** The counters of one device. */
export class CallCounters {
  #byOperation = new Map<string, number>();
  #total = 0;
  powerReads = 0;
  logins = 0;
  failedLogins = 0;
  refused = 0;
  connections = 0;
  httpRequests = 0;

  /** One authenticated call of that name. */
  called(operation: string): void {
    this.#total += 1;
    this.#byOperation.set(operation, (this.#byOperation.get(operation) ?? 0) + 1);
  }

  reset(): void {
    this.#byOperation = new Map();
    this.#total = 0;
    this.powerReads = 0;
    this.logins = 0;
    this.failedLogins = 0;
    this.refused = 0;
    this.connections = 0;
    this.httpRequests = 0;
  }

  snapshot(): CallSnapshot {
    return {
      total: this.#total,
      byOperation: Object.fromEntries(this.#byOperation),
      powerReads: this.powerReads,
      logins: this.logins,
      failedLogins: this.failedLogins,
      refused: this.refused,
      connections: this.connections,
      httpRequests: this.httpRequests,
    };
  }
}
