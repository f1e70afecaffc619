import type { EnergyMeter } from "./energy-meter.ts";
import type { PlugState } from "./plug-state.ts";

export interface PlugAnswer {
  readonly error_code: number;
  readonly result?: unknown;
}

export interface HandlerRules {
  readonly multipleRequestFails: boolean;
  readonly errorCode: number | null;
  readonly relayStuck: boolean;
  readonly noEnergy: boolean;
}

/** Error codes of the plug (as plugp100 and python-kasa name them). */
const UNKNOWN_METHOD = -1002;
const BAD_JSON = -1003;
const BAD_PARAMS = -1008;

/** Of one real P110. */
const CALIBRATION = { igain: 11_437, vgain: 127_146 };

/** What a plug answers to the decrypted JSON of a request: its methods and their errors. It knows no transport. */
export class RequestHandler {
  readonly #plug: PlugState;
  readonly #rules: () => HandlerRules;

  constructor(plug: PlugState, rules: () => HandlerRules) {
    this.#plug = plug;
    this.#rules = rules;
  }

  /** The method's name for the counters ("invalid" for what is no request), and the answer. */
  handle(text: string): { readonly method: string; readonly answer: PlugAnswer } {
    const request = parsed(text);
    if (request === undefined) return { method: "invalid", answer: { error_code: BAD_JSON } };
    const { errorCode } = this.#rules();
    const answer =
      errorCode === null ? this.#answer(request.method, request.params) : { error_code: errorCode };
    return { method: request.method, answer };
  }

  #answer(method: string, params: unknown): PlugAnswer {
    switch (method) {
      case "component_nego":
        return done({
          component_list: this.#plug.model.components.map(([id, ver_code]) => ({ id, ver_code })),
        });
      case "get_device_info":
        return done(this.#plug.info());
      case "set_device_info":
        return this.#set(params);
      case "get_device_usage":
        return done(this.#plug.usage());
      case "get_device_time":
        return done(this.#plug.time());
      case "get_energy_usage":
        return this.#metered((meter) => meter.usage());
      case "get_current_power":
        return this.#metered((meter) => meter.currentPower());
      case "get_emeter_data":
        return this.#metered((meter) => meter.emeter());
      case "get_emeter_vgain_igain":
        return this.#metered(() => CALIBRATION);
      case "multipleRequest":
        return this.#rules().multipleRequestFails ? { error_code: BAD_JSON } : this.#several(params);
      default:
        return { error_code: UNKNOWN_METHOD };
    }
  }

  #set(params: unknown): PlugAnswer {
    if (!isRecord(params)) return { error_code: BAD_PARAMS };
    const { device_on, nickname, ...others } = params;
    const valid =
      Object.keys(params).length > 0 &&
      Object.keys(others).length === 0 &&
      (device_on === undefined || typeof device_on === "boolean") &&
      (nickname === undefined || typeof nickname === "string");
    if (!valid) return { error_code: BAD_PARAMS };
    if (typeof nickname === "string") this.#plug.nickname = nickname;
    if (typeof device_on === "boolean" && !this.#rules().relayStuck) {
      this.#plug.switch(device_on, device_on ? "on" : "off");
    }
    return { error_code: 0 };
  }

  #metered(read: (meter: EnergyMeter) => unknown): PlugAnswer {
    const { meter } = this.#plug;
    return meter && !this.#rules().noEnergy ? done(read(meter)) : { error_code: UNKNOWN_METHOD };
  }

  #several(params: unknown): PlugAnswer {
    const requests = isRecord(params) ? params.requests : undefined;
    if (!Array.isArray(requests)) return { error_code: BAD_PARAMS };
    const responses = requests.map((request: unknown) => {
      if (!isRecord(request) || typeof request.method !== "string") return { error_code: BAD_PARAMS };
      const { method, params: inner } = request;
      const nested = method === "multipleRequest";
      return { method, ...(nested ? { error_code: UNKNOWN_METHOD } : this.#answer(method, inner)) };
    });
    return done({ responses });
  }
}

function done(result: unknown): PlugAnswer {
  return { error_code: 0, result };
}

function parsed(text: string): { readonly method: string; readonly params: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value.method !== "string") return undefined;
  return { method: value.method, params: value.params };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
