import type { Clock } from "../../power/clock.ts";
import { DeviceError } from "../errors.ts";
import { TapoError } from "./tapo-error.ts";

/** Steps of KLAP, named as in the URL. */
export type KlapStep = "handshake1" | "handshake2" | "request";

export interface HttpReply {
  readonly status: number;
  readonly body: Buffer;
  readonly cookies: readonly string[];
}

export interface PlugCallOptions {
  /** For messages, e.g. "Tapo plug at 192.168.1.31". */
  readonly where: string;
  readonly clock: Clock;
  readonly requestTimeout: number;
  readonly signal: AbortSignal;
}

const RESET_CODES: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ERR_BAD_RESPONSE"]);
/** sha256 signature and at least one AES block. */
const SHORTEST_ANSWER = 32 + 16;

/**
 * One call through the package: gives each of its HTTP requests a time-out and judges each outcome, because the package
 * has no time-out and turns the reasons into text.
 */
export class PlugCall {
  /** Why the last request failed, if it did: the true reason behind what the package throws. */
  failure: DeviceError | undefined;
  readonly #options: PlugCallOptions;
  #timedOut = false;
  #end: (() => void) | undefined;

  constructor(options: PlugCallOptions) {
    this.#options = options;
  }

  /** The signal to give to the next HTTP request. */
  begin(): AbortSignal {
    const { clock, requestTimeout, signal } = this.#options;
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    this.#timedOut = false;
    const cancelTimer = clock.after(requestTimeout, () => {
      this.#timedOut = true;
      stop();
    });
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    this.#end = () => {
      cancelTimer();
      signal.removeEventListener("abort", stop);
    };
    return abort.signal;
  }

  /** An answer with status 200. @throws TapoError when it cannot be one of a plug */
  answered(step: KlapStep, reply: HttpReply): void {
    this.#end?.();
    const problem = misshapen(step, reply);
    if (problem === undefined) return;
    const message = `${this.#options.where}: ${step} was answered by ${problem}; is this a Tapo plug?`;
    this.failure = new TapoError("device", message, {
      session: "gone",
      uncertain: step === "request",
      newSessionHelps: step === "request",
    });
    throw this.failure;
  }

  /** A request without a good answer: another status, or the code of a network error. */
  failed(step: KlapStep, outcome: { readonly status?: number | undefined; readonly code?: string }): void {
    this.#end?.();
    // A connection that ends within an answer is reported with the good status the answer began with.
    const { status = 200, code = "unknown" } = outcome;
    this.failure = status < 300 ? this.#broken(step, code) : this.#refused(step, status);
  }

  #refused(step: KlapStep, status: number): TapoError {
    const { where } = this.#options;
    if (status === 429) {
      return new TapoError("rate-limited", `${where} is asked too often (HTTP 429); raise cacheSeconds`);
    }
    if (step === "handshake1" && status === 403) {
      const cure =
        "in the Tapo app switch Me > Third-Party Services > Third-Party Compatibility off and on again and wait a minute (needed again after each firmware update)";
      return new TapoError("needs-compatibility-switch", `${where} refuses handshakes (HTTP 403): ${cure}`);
    }
    if (step === "handshake1" && status === 404) {
      const message = `${where} does not know KLAP (HTTP 404): update the plug's firmware (P100: 1.4.0 or newer)`;
      return new TapoError("device", message);
    }
    if (status === 403 || (step === "handshake2" && status === 400)) {
      const message = `${where} no longer knows our session (HTTP ${status} at ${step}): somebody else logged in, or it expired`;
      return new TapoError("session-lost", message, { session: "gone", newSessionHelps: true });
    }
    return new TapoError("device", `${where} answered ${step} with HTTP ${status}`, { session: "gone" });
  }

  #broken(step: KlapStep, code: string): DeviceError {
    const { where, signal, requestTimeout } = this.#options;
    const uncertain = step === "request";
    if (this.#timedOut) {
      const message = `${where} did not answer ${step} within ${requestTimeout / 1000} s`;
      return new TapoError("timeout", message, { session: "gone", uncertain });
    }
    if (signal.aborted) return stoppedError(where, signal);
    if (RESET_CODES.has(code)) {
      return new TapoError("unreachable", `${where} dropped the connection at ${step} (${code})`, {
        uncertain,
      });
    }
    return new TapoError("unreachable", `${where} cannot be reached (${code})`);
  }
}

/** What the power controller wants to be seen when it stops a call. */
export function stoppedError(where: string, signal: AbortSignal): DeviceError {
  if (signal.reason instanceof DeviceError) return signal.reason;
  return new TapoError("timeout", `${where}: the call was stopped before its end`, {
    session: "gone",
    uncertain: true,
  });
}

function misshapen(step: KlapStep, { body, cookies }: HttpReply): string | undefined {
  if (step === "handshake2") return undefined;
  if (step === "request") {
    const fits = body.length >= SHORTEST_ANSWER && body.length % 16 === 0;
    return fits ? undefined : `${body.length} bytes that are no KLAP answer`;
  }
  if (body.length !== 48) return `${body.length} bytes instead of 48`;
  return /^TP_SESSIONID=[^;\s]+/.test(cookies[0] ?? "") ? undefined : "no session cookie";
}
