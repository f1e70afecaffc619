import type { CallCounters } from "../call-counters.ts";
import type { Switches } from "../switches.ts";
import type { KlapLogin } from "./klap-login.ts";
import type { PlugState } from "./plug-state.ts";
import type { RequestHandler } from "./request-handler.ts";
import type { TapoFaults } from "./tapo-faults.ts";

const NOT_THIS_PROTOCOL = 1003;
const UNKNOWN_METHOD = -1002;
const BAD_JSON = -1003;
const BAD_CIPHERTEXT = -1005;

/** A POST as the plug takes it. */
export interface PlugPost {
  readonly path: string;
  readonly sequence: string | null;
  readonly cookie: string;
  readonly body: Buffer;
}

/** "binary" and "json" are answers of the protocol; a refusal is an HTTP status, and why for the log; "reset" cuts the connection. */
export type PlugReply =
  | { readonly kind: "binary"; readonly body: Buffer; readonly setCookie?: string }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "refusal"; readonly status: number; readonly why: string }
  | { readonly kind: "reset" };

export interface TapoRoutesParts {
  readonly login: KlapLogin;
  readonly handler: RequestHandler;
  readonly plug: PlugState;
  readonly faults: Switches<TapoFaults>;
  readonly counters: CallCounters;
  readonly log: (line: string) => void;
}

/** Which path of a plug takes what: the KLAP v2 handshakes and requests, and what it says to other protocols. */
export class TapoRoutes {
  readonly #parts: TapoRoutesParts;

  constructor(parts: TapoRoutesParts) {
    this.#parts = parts;
  }

  reply(post: PlugPost): PlugReply {
    switch (post.path) {
      case "/app/handshake1":
        return this.#handshake1(post.body);
      case "/app/handshake2":
        return this.#handshake2(post);
      case "/app/request":
        return this.#request(post);
      case "/app": {
        // A question of the older "securePassthrough" protocol.
        const error_code = parse(post.body) === undefined ? BAD_JSON : NOT_THIS_PROTOCOL;
        return { kind: "json", value: { error_code } };
      }
      case "/":
        return { kind: "json", value: this.#discover(parse(post.body)) };
      default:
        return refusal(404, post.path);
    }
  }

  #handshake1(seed: Buffer): PlugReply {
    const { login, faults } = this.#parts;
    const { compatibilityOff, deadUntilProbe, sessionLifeMs } = faults.current;
    if (compatibilityOff) return refusal(403, "handshake1: third-party compatibility is off");
    if (deadUntilProbe) return refusal(403, "handshake1: waiting for a discovery probe");
    if (seed.length !== 16) return refusal(400, `handshake1: ${seed.length} bytes, not 16`);
    const { id, body } = login.begin(seed);
    // TIMEOUT is no attribute that a cookie parser knows, and real plugs send it so.
    return {
      kind: "binary",
      body,
      setCookie: `TP_SESSIONID=${id};TIMEOUT=${Math.ceil(sessionLifeMs / 1000)}`,
    };
  }

  #handshake2(post: PlugPost): PlugReply {
    const { login, counters, log } = this.#parts;
    const outcome = login.complete(this.#sessionId(post.cookie), post.body);
    if (outcome !== "ok") {
      if (outcome === "wrong-proof") counters.failedLogins += 1;
      return refusal(403, `handshake2: ${outcome}`);
    }
    counters.logins += 1;
    log("login");
    return { kind: "binary", body: Buffer.alloc(0) };
  }

  #request(post: PlugPost): PlugReply {
    const { login, handler, counters, faults, plug, log } = this.#parts;
    const { stolenSessions } = faults.current;
    if (stolenSessions > 0) {
      faults.change({ stolenSessions: stolenSessions - 1 });
      login.forget();
    }
    const session = faults.current.compatibilityOff ? undefined : login.session(this.#sessionId(post.cookie));
    if (session === undefined) return refusal(403, "request: no such session");
    const sequence =
      post.sequence !== null && /^-?\d{1,10}$/.test(post.sequence) ? Number(post.sequence) : NaN;
    if ((sequence | 0) !== sequence) return refusal(403, "request: no sequence");
    const opened = session.open(sequence, post.body);
    if (!opened.ok && opened.refusal !== "ciphertext")
      return refusal(403, `request: wrong ${opened.refusal}`);
    const sealed = (value: unknown): PlugReply => ({
      kind: "binary",
      body: session.seal(sequence, JSON.stringify(value)),
    });
    if (!opened.ok) return sealed({ error_code: BAD_CIPHERTEXT });

    const before = plug.on;
    const { method, answer } = handler.handle(opened.text);
    counters.called(method);
    const toldPower = method === "get_device_info" || method === "multipleRequest";
    if (toldPower) counters.powerReads += 1;
    log(`${method} -> ${answer.error_code}${plug.on === before ? "" : plug.on ? " (on)" : " (off)"}`);
    const { resetAfterCommand, cutFromCommand, buttonAfterRead } = faults.current;
    if (toldPower && buttonAfterRead > 0) {
      faults.change({ buttonAfterRead: buttonAfterRead - 1 });
      plug.switch(!plug.on, "button");
    }
    if (method === "set_device_info" && cutFromCommand) faults.change({ cutAnswers: true });
    if (method === "set_device_info" && resetAfterCommand > 0) {
      faults.change({ resetAfterCommand: resetAfterCommand - 1 });
      return { kind: "reset" };
    }
    return sealed(answer);
  }

  /** The discovery question of the newest protocol (TPAP): a `tpap` object means that KLAP is switched off. */
  #discover(question: unknown): unknown {
    const { plug, faults } = this.#parts;
    if (question === undefined) return { error_code: BAD_JSON };
    const asked = question as { method?: unknown; params?: { sub_method?: unknown } | null } | null;
    if (asked?.method !== "login" || asked.params?.sub_method !== "discover")
      return { error_code: UNKNOWN_METHOD };
    const { deviceId, mac } = plug.identity;
    const common = { device_id: deviceId, device_type: "SMART.TAPOPLUG", device_model: plug.model.name, mac };
    return {
      error_code: 0,
      result: faults.current.compatibilityOff
        ? { ...common, tpap_preferred: true, tpap: { tls: 0, port: 80, dac: false, pake: [2] } }
        : { ...common, tpap_preferred: false },
    };
  }

  /** The session of a Cookie header; other cookies beside it do not matter. */
  #sessionId(cookie: string): string | undefined {
    if (this.#parts.faults.current.refuseTimeoutCookie && /TIMEOUT/i.test(cookie)) return undefined;
    return /(?:^|;\s*)TP_SESSIONID=([0-9A-Fa-f]{32})/.exec(cookie)?.[1];
  }
}

function refusal(status: number, why: string): PlugReply {
  return { kind: "refusal", status, why };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
