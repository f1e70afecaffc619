import { Agent } from "node:http";
import type { Logger } from "pino";
import type { Clock } from "../../power/clock.ts";
import { sleep } from "../../power/sleep.ts";
import { AmtError } from "./amt-error.ts";
import { parseDigestChallenge } from "./digest.ts";
import { DigestSession } from "./digest-session.ts";
import { exchange, type HttpAnswer } from "./exchange.ts";
import type { AmtTiming } from "./timing.ts";
import { TlsAgent } from "./tls-agent.ts";

export interface AmtTransportOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly tls: false | { readonly fingerprint256: string | undefined; readonly legacy: boolean };
  readonly clock: Clock;
  readonly timing: AmtTiming;
  readonly logger: Logger;
}

export interface PostOptions {
  readonly signal: AbortSignal;
  /** A change of power: may take long, and is never sent again once it may have arrived. */
  readonly action?: boolean;
}

const PATH = "/wsman";
/** "Intel(R) Active Management Technology 12.0.45.1509". */
const SERVER = /^Intel\(R\) Active Management Technology (\d+(?:\.\d+){1,3})$/;
/** Tries of a request whose connection ended before the answer. */
const DROPPED_TRIES = 3;

/**
 * HTTP with digest to one AMT engine over one connection: AMT has few sockets and is slow. A first failed connection
 * is normal, since with the machine off the engine sleeps and the first packet only wakes it.
 */
export class AmtTransport {
  readonly #options: AmtTransportOptions;
  readonly #agent: Agent;
  readonly #session: DigestSession;
  #firmwareVersion: string | undefined;

  constructor(options: AmtTransportOptions) {
    this.#options = options;
    const { host, port, tls, timing } = options;
    const agent = { keepAlive: true, maxSockets: 1, timeout: timing.idle };
    this.#agent = tls
      ? new TlsAgent({ host, port, ...tls, connectTimeout: timing.connect, agent })
      : new Agent(agent);
    this.#session = new DigestSession(options.username, options.password);
  }

  /** AMT's version with its build, which it tells in the Server header of every answer; undefined before the first. */
  get firmwareVersion(): string | undefined {
    return this.#firmwareVersion;
  }

  /** For messages: never holds a secret. */
  get where(): string {
    return `AMT at ${this.#options.host}:${this.#options.port}`;
  }

  /**
   * Sends one SOAP message. A wrong password costs AMT one failed login per call, since it locks out after ten in a
   * row (two in the one case where a nonce that worked before is refused without a reason: AMT forgets nonces too).
   * @throws AmtError bad-credentials, unreachable, timeout, device
   */
  async post(body: string, options: PostOptions): Promise<HttpAnswer> {
    for (let refusals = 0; ; ) {
      const { answer, authorized } = await this.#send(body, options);
      if (answer.status !== 401) {
        this.#session.confirm();
        return answer;
      }
      const challenge = parseDigestChallenge(answer.challenges);
      const nonceMayBeOld = challenge?.stale === true || this.#session.proven;
      this.#session.forget();
      if (authorized) refusals += 1;
      if (refusals > 1 || (refusals === 1 && !nonceMayBeOld)) throw this.#badCredentials();
      if (!challenge) throw new AmtError("device", `${this.where}: 401 without a digest challenge we know`);
      this.#session.begin(challenge);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #badCredentials(): AmtError {
    const message = `${this.where}: login refused: user name or password wrong, or the account is locked for some seconds after failed logins; check the machine's username and password (the network password may differ from MEBx's)`;
    return new AmtError("bad-credentials", message);
  }

  async #send(
    body: string,
    options: PostOptions,
  ): Promise<{ readonly answer: HttpAnswer; readonly authorized: boolean }> {
    const { host, port, tls, clock, timing, logger } = this.#options;
    const begin = clock.elapsed();
    for (let dropped = 0; ; ) {
      // Made anew for each try: the counter must rise even when the try before was lost.
      const authorization = this.#session.authorization("POST", PATH);
      try {
        const answer = await exchange({
          tls: tls !== false,
          agent: this.#agent,
          host,
          port,
          path: PATH,
          headers: {
            "Content-Type": "application/soap+xml;charset=UTF-8",
            ...(authorization !== undefined && { Authorization: authorization }),
          },
          body,
          clock,
          connectTimeout: timing.connect,
          answerTimeout: options.action ? timing.actionAnswer : timing.answer,
          signal: options.signal,
        });
        this.#firmwareVersion = SERVER.exec(answer.server ?? "")?.[1] ?? this.#firmwareVersion;
        return { answer, authorized: authorization !== undefined };
      } catch (error) {
        if (!(error instanceof AmtError) || error.kind !== "unreachable") throw error;
        if (error.progress === "dropped") dropped += 1;
        const again = error.progress === "none" || (!options.action && dropped < DROPPED_TRIES);
        const inTime = clock.elapsed() - begin + timing.wakePause < timing.wake;
        if (!again || !inTime || options.signal.aborted) throw options.action ? error : exhausted(error);
        logger.debug({ reason: error.message }, "trying AMT again, it may be waking");
        await sleep(clock, timing.wakePause, options.signal);
      }
    }
  }
}

/** A question that was repeated here as often as makes sense: its caller must not multiply that. */
function exhausted({ kind, message, progress, cause }: AmtError): AmtError {
  return new AmtError(kind, message, { progress, cause, retryable: false });
}
