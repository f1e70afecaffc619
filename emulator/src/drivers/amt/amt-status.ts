/** Names of the PT_STATUS numbers of Intel's AMT reference that power and boot calls are known to answer. */
const NAMES: Readonly<Record<number, string>> = {
  1: "internal error",
  2: "not ready",
  3: "invalid power mode",
  16: "not permitted",
  36: "bad parameter",
  2081: "user consent required",
};

const NOT_READY = 2;
const NOT_PERMITTED = 16;
const USER_CONSENT = 2081;

/** An AMT status number: what it means and what helps. */
export class AmtStatus {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }

  get text(): string {
    return `AMT status ${this.code} (${NAMES[this.code] ?? "not in our table"})`;
  }

  /** The engine may accept the same call some seconds later. */
  get passes(): boolean {
    return this.code === NOT_READY;
  }

  /** The engine's settings forbid it; only somebody at the machine can change that. */
  get forbidden(): boolean {
    return this.code === NOT_PERMITTED || this.code === USER_CONSENT;
  }
}

/** What to tell the user when AMT's rights forbid a call. */
export const RIGHTS_HINT =
  "the user needs the right for it, and boot options need Admin Control Mode without user consent (OptInRequired 0)";
