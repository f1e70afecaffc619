import { z } from "zod";
import { agentIdentity } from "./agent-identity.ts";
import type { AgentAnswer, AgentNetwork } from "./agent-network.ts";
import type { MachineTime } from "./machine-time.ts";

const VERSION = { "X-OpenStack-Ironic-API-Version": "1.68" };
/** Of the same failure in a row; ironic-python-agent gives up after as many. */
const INSPECTION_TRIES = 5;
/** In real time: Ironic's own steps are not as fast as a machine whose time is scaled. */
const NOT_YET_MS = 120_000;
const LONGEST_PAUSE_S = 60;
/** While the conductor has the node locked, in seconds: the longer, the more often it was. */
const LOCKED_PAUSES_S = [5, 10, 30];

const lookupAnswer = z.object({
  node: z.looseObject({
    uuid: z.string(),
    properties: z.record(z.string(), z.unknown()).nullish(),
    instance_info: z.record(z.string(), z.unknown()).nullish(),
  }),
  config: z.looseObject({ heartbeat_timeout: z.number().positive(), agent_token: z.string().nullish() }),
});

/** What Ironic answers to a lookup. `config.heartbeat_timeout` in seconds. */
export type LookupAnswer = z.infer<typeof lookupAnswer>;

export interface IronicApiOptions {
  readonly network: AgentNetwork;
  readonly time: MachineTime;
  readonly note: (what: string, detail?: string) => void;
}

/**
 * Ironic's API as an agent uses it: the three calls that ask for no login (project ironic, "Ramdisk Lookup and
 * Heartbeat" and "Continue inspection" in its API reference). Every list of URLs is tried in its order.
 */
export class IronicApi {
  readonly #options: IronicApiOptions;

  constructor(options: IronicApiOptions) {
    this.#options = options;
  }

  /**
   * Posts what was found; returns the node's UUID when Ironic tells it.
   * 404 is asked again for a while: a machine can be faster here than the conductor, who has not yet stored that it waits.
   * @throws Error with Ironic's answer when it does not take the data
   */
  async inspected(urls: readonly string[], data: unknown): Promise<string | undefined> {
    const { time, note } = this.#options;
    const notYetUntil = Date.now() + NOT_YET_MS;
    for (let failures = 0, pause = 1; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_S)) {
      const answer = await this.#first(urls, "", { method: "POST", body: data }).catch(
        (error: Error) => error,
      );
      if (!(answer instanceof Error) && answer.status < 400) return uuidOf(answer);
      const reason = answer instanceof Error ? answer.message : errorOf(answer);
      const early = !(answer instanceof Error) && answer.status === 404 && Date.now() < notYetUntil;
      const passing = answer instanceof Error || answer.status === 409 || answer.status >= 500;
      failures += early ? 0 : 1;
      if (!early && (!passing || failures >= INSPECTION_TRIES)) throw new Error(reason);
      note("inspection not taken yet", reason);
      await time.pass(jittered(early ? pause : 5 * failures));
    }
  }

  /** Asks which node has one of these MAC addresses until Ironic knows one that waits for its agent. */
  async lookup(urls: readonly string[], macs: readonly string[], uuid?: string): Promise<LookupAnswer> {
    const { time, note } = this.#options;
    const query = new URLSearchParams({ addresses: macs.join(","), ...(uuid && { node_uuid: uuid }) });
    for (let pause = 1, locked = 0; ; ) {
      const answer = await this.#first(urls, `/v1/lookup?${query}`, { headers: VERSION }).catch(
        (error: Error) => error,
      );
      const found = answer instanceof Error || answer.status !== 200 ? undefined : parsed(answer.text);
      if (found !== undefined) return found;
      note("lookup not answered yet", answer instanceof Error ? answer.message : errorOf(answer));
      if (!(answer instanceof Error) && answer.status === 409) {
        await time.pass(jittered(LOCKED_PAUSES_S[Math.min(locked++, LOCKED_PAUSES_S.length - 1)] ?? 30));
      } else {
        await time.pass(jittered(pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE_S);
      }
    }
  }

  /** @throws Error when Ironic does not take it, which it does not while the node is locked */
  async heartbeat(
    urls: readonly string[],
    uuid: string,
    callbackUrl: string,
    token: string | undefined,
  ): Promise<void> {
    const body = {
      callback_url: callbackUrl,
      agent_version: agentIdentity.version,
      agent_token: token ?? null,
    };
    const answer = await this.#first(urls, `/v1/heartbeat/${uuid}`, {
      method: "POST",
      headers: VERSION,
      body,
    });
    if (answer.status !== 202) throw new Error(errorOf(answer));
  }

  async #first(
    urls: readonly string[],
    path: string,
    request: Parameters<AgentNetwork["exchange"]>[1],
  ): Promise<AgentAnswer> {
    let failure: unknown = new Error("the kernel parameters name no URL of Ironic");
    for (const url of urls) {
      try {
        return await this.#options.network.exchange(`${url}${path}`, request);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

function jittered(seconds: number): number {
  return seconds * (0.8 + 0.4 * Math.random());
}

function parsed(text: string): LookupAnswer | undefined {
  try {
    return lookupAnswer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function uuidOf({ text }: AgentAnswer): string | undefined {
  try {
    return z.object({ uuid: z.string() }).parse(JSON.parse(text)).uuid;
  } catch {
    return undefined; // an Ironic that does not tell
  }
}

/** Ironic's errors hold a `faultstring`, in older forms as JSON within `error_message`. */
function errorOf({ status, text }: AgentAnswer): string {
  const fault = /\\?"faultstring\\?":\s*\\?"((?:[^"\\]|\\\\.)*)/.exec(text)?.[1];
  return `Error ${status}: ${fault ?? text.slice(0, 300)}`;
}
