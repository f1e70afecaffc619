import type { Logger } from "pino";
import type { Clock } from "../../power/clock.ts";
import { sleep } from "../../power/sleep.ts";
import { DeviceError } from "../errors.ts";
import { deviceCodeError } from "./device-code.ts";
import { sendDiscoveryProbe } from "./discovery-probe.ts";
import { duringPlugCall, logInToPlug, type Plug } from "./klap-client.ts";
import { PlugCall, stoppedError } from "./plug-call.ts";
import { TapoError } from "./tapo-error.ts";
import type { TapoTiming } from "./timing.ts";
import { askForTpap } from "./tpap-question.ts";

export interface PlugSessionOptions {
  /** HOST or HOST:PORT. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  readonly discoveryPort: number;
  readonly clock: Clock;
  readonly timing: TapoTiming;
  readonly logger: Logger;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Reads may be repeated after a dropped connection; commands only after a read, by the caller. */
  readonly read: boolean;
  /**
   * Not every plug knows the method. The package has one text for 1002 (worth a new login) and -1002 (unknown method):
   * here it means the latter and is a "refused", with the session kept.
   */
  readonly optional?: boolean;
}

/**
 * The one session with one plug, made when first needed and used for everything after it: a plug knows one session at
 * a time, and logins are what wears it down. Calls go one after the other, since request numbers must rise in order.
 */
export class PlugSession {
  readonly where: string;
  readonly #options: PlugSessionOptions;
  #plug: Plug | undefined;
  /** A login succeeded before: later failures of handshakes then have another reason than the settings. */
  #worked = false;
  #probedAt = Number.NEGATIVE_INFINITY;
  /** Why the plug refused handshakes when it was last asked, for refusals until it is asked again. */
  #refusal: TapoError | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PlugSessionOptions) {
    this.#options = options;
    this.where = `Tapo plug at ${options.address}`;
  }

  /** @throws TapoError after at most one repeat */
  run<Result>(work: (plug: Plug) => Promise<Result>, options: RunOptions): Promise<Result> {
    const turn = this.#last.then(() => this.#run(work, options));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  forget(): void {
    this.#plug = undefined;
  }

  async #run<Result>(work: (plug: Plug) => Promise<Result>, options: RunOptions): Promise<Result> {
    const { clock, timing, logger } = this.#options;
    for (let repeated = false; ; repeated = true) {
      try {
        this.#plug ??= await this.#logIn(options.signal);
        const plug = this.#plug;
        return await this.#call(() => work(plug), options.signal, options.optional);
      } catch (error) {
        if (!(error instanceof TapoError)) {
          this.forget();
          throw error;
        }
        if (error.session === "gone") this.forget();
        const dropped = error.kind === "unreachable" && error.uncertain;
        const mayRepeat = error.uncertain ? options.read : error.newSessionHelps;
        if (repeated && options.read) throw exhausted(error);
        if (repeated || !mayRepeat || !(dropped || error.newSessionHelps)) throw error;
        logger.debug({ reason: error.message }, "asking the plug once more");
        await sleep(clock, timing.repeatPause, options.signal);
        if (options.signal.aborted) throw stoppedError(this.where, options.signal);
      }
    }
  }

  /**
   * With firmware of autumn 2025 a plug that lost power refuses handshakes until it gets a discovery probe. Whether
   * that is the reason cannot be seen, so a probe is sent, once in a while, and the handshake repeated once; a plug
   * that still refuses is asked for its reason.
   */
  async #logIn(signal: AbortSignal): Promise<Plug> {
    const { clock, timing, logger, address, discoveryPort } = this.#options;
    try {
      return await this.#handshake(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (!this.#probeMayHelp(error)) throw this.#refused(error) ? (this.#refusal ?? error) : error;
      this.#probedAt = clock.elapsed();
      const host = address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
      const probe = { host, port: discoveryPort, timeout: timing.probe, clock, signal };
      const answered = await sendDiscoveryProbe(probe);
      logger.info({ answered }, "the plug refuses handshakes; sent it a discovery probe");
      if (signal.aborted) throw stoppedError(this.where, signal);
      try {
        return await this.#handshake(signal);
      } catch (again) {
        this.#refusal = this.#refused(again) ? await this.#askForReason(again, answered, signal) : undefined;
        throw this.#refusal ?? again;
      }
    }
  }

  #refused(error: unknown): error is TapoError {
    return error instanceof TapoError && error.kind === "needs-compatibility-switch";
  }

  async #askForReason(error: TapoError, probed: boolean, signal: AbortSignal): Promise<TapoError> {
    const { address, clock, timing, discoveryPort } = this.#options;
    await sleep(clock, timing.repeatPause, signal);
    const wanted = await askForTpap({ address, timeout: timing.request, clock, signal });
    switch (wanted) {
      case "tpap":
        return new TapoError(error.kind, `${error.message}; its firmware takes TPAP only until then`);
      case "klap": {
        const cure = probed
          ? "unplug it and plug it in again"
          : `it did not answer a discovery probe either, so let UDP port ${discoveryPort} through to it, which it waits for after it lost power`;
        const message = `${this.where} refuses handshakes (HTTP 403) although it says that KLAP is on: ${cure}`;
        return new TapoError("device", message);
      }
      case "unknown":
        return error;
    }
  }

  #probeMayHelp(error: unknown): boolean {
    const { clock, timing } = this.#options;
    if (!(error instanceof TapoError) || clock.elapsed() - this.#probedAt < timing.probeGap) return false;
    if (error.kind === "needs-compatibility-switch") return true;
    const unwilling = error.kind === "timeout" || error.kind === "device" || error.kind === "session-lost";
    return this.#worked && unwilling;
  }

  async #handshake(signal: AbortSignal): Promise<Plug> {
    const { username, password, address, logger } = this.#options;
    const plug = await this.#call(() => logInToPlug(username, password, address), signal);
    this.#worked = true;
    logger.debug("logged in to the plug");
    return plug;
  }

  async #call<Result>(work: () => Promise<Result>, signal: AbortSignal, optional = false): Promise<Result> {
    const { clock, timing } = this.#options;
    const call = new PlugCall({ where: this.where, clock, requestTimeout: timing.request, signal });
    if (signal.aborted) throw stoppedError(this.where, signal);
    try {
      return await duringPlugCall(call, work);
    } catch (error) {
      throw call.failure ?? this.#explain(error, optional);
    }
  }

  /** What the package throws by itself, when HTTP went well. */
  #explain(error: unknown, optional: boolean): DeviceError {
    if (error instanceof DeviceError) return error;
    const text = error instanceof Error ? error.message : "";
    if (text === "email or password incorrect") {
      const message = `${this.where}: login refused: e-mail or password of the TP-Link account wrong; mind that the case of the e-mail counts and must be as in the account, and that a changed password reaches the plug only through the cloud`;
      return new TapoError("bad-credentials", message, { session: "gone" });
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ERR_OUT_OF_RANGE") {
      // The package does not wrap the request number at 2^31: nothing was sent, a new session starts elsewhere.
      const message = `${this.where}: the session has run out of request numbers`;
      return new TapoError("session-lost", message, { session: "gone", newSessionHelps: true });
    }
    const known = deviceCodeError(this.where, text, optional);
    if (known) return known;
    // The package's own text is left out: nobody promises that it is free of secrets.
    const name = error instanceof Error ? error.name : typeof error;
    const message = `${this.where}: its answer could not be decrypted (${code || name})`;
    return new TapoError("device", message, { session: "gone", uncertain: true, newSessionHelps: true });
  }
}

/** A question that was repeated here already: its caller must not multiply that. */
function exhausted({ kind, message, session, uncertain, newSessionHelps }: TapoError): TapoError {
  return new TapoError(kind, message, { session, uncertain, newSessionHelps, retryable: false });
}
