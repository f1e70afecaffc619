import type { MachineConfig } from "../../config.ts";
import type { DevicePower, PowerAction } from "../driver.ts";
import { DeviceError, type DeviceErrorKind } from "../errors.ts";
import { exchange } from "./exchange.ts";
import { atPointer } from "./json-pointer.ts";
import type { WebhookOptions, WebhookRequest } from "./options.ts";
import { type Command, mayRepeat, type Way } from "./way.ts";

const ACTIONS: readonly PowerAction[] = [
  "on",
  "off",
  "cycle",
  "reset",
  "gracefulOff",
  "gracefulReset",
  "nmi",
];

const KINDS: ReadonlyMap<number, DeviceErrorKind> = new Map([
  [401, "bad-credentials"],
  [403, "refused"],
  [405, "refused"],
  [409, "refused"],
  [429, "rate-limited"],
]);

/** HTTP requests to a device, or to a bridge before it. */
export class Webhook implements Way {
  readonly actions: readonly PowerAction[];
  readonly #machine: MachineConfig;
  readonly #options: WebhookOptions;

  constructor(machine: MachineConfig, options: WebhookOptions) {
    this.#machine = machine;
    this.#options = options;
    this.actions = ACTIONS.filter((action) => options[action] !== undefined);
  }

  async read(signal: AbortSignal): Promise<DevicePower> {
    const { pointer, onPattern, offPattern } = this.#options;
    const answer = await this.#send("status", signal);
    const text = pointer === undefined ? answer : this.#pick(answer, pointer);
    const on = new RegExp(onPattern, "i").test(text);
    if (on !== new RegExp(offPattern, "i").test(text)) return on ? "On" : "Off";
    const fix = "set pointer, onPattern and offPattern so that exactly one fits";
    throw new DeviceError("device", `${this.#where("status")} says neither on nor off, or both; ${fix}`);
  }

  async act(action: PowerAction, signal: AbortSignal): Promise<void> {
    await this.#send(action, signal);
  }

  #request(command: Command): WebhookRequest {
    const request = this.#options[command];
    if (request !== undefined) return request;
    throw new DeviceError("refused", `${this.#machine.name}: webhook.${command} is not configured`);
  }

  /** Without path and query, which may hold a token. */
  #where(command: Command): string {
    return `${this.#machine.name}: webhook ${new URL(this.#request(command).url).origin} (${command})`;
  }

  #pick(answer: string, pointer: string): string {
    let document: unknown;
    try {
      document = JSON.parse(answer);
    } catch {
      throw new DeviceError("device", `${this.#where("status")} did not answer JSON, which pointer needs`);
    }
    const found = atPointer(document, pointer);
    if (found !== undefined) return found;
    throw new DeviceError("device", `${this.#where("status")} answered no plain value at ${pointer}`);
  }

  #headers(command: Command, { body }: WebhookRequest): Record<string, string> {
    const { username, password } = this.#machine;
    const { headers, authentication } = this.#options;
    const sent: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = value;
    if (username === "" && password === "") return sent;
    if (authentication === "basic") {
      const login = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
      return { ...sent, authorization: `Basic ${login}` };
    }
    // What else it holds would break the header, and Node's error would quote it.
    if (!/^[\x21-\x7e]+$/.test(password)) {
      const message = `${this.#where(command)}: the password cannot be sent in a header (empty, a space, no ASCII)`;
      throw new DeviceError("bad-credentials", message);
    }
    if (authentication === "bearer") return { ...sent, authorization: `Bearer ${password}` };
    return { ...sent, [authentication.header.toLowerCase()]: password };
  }

  async #send(command: Command, signal: AbortSignal): Promise<string> {
    const where = this.#where(command);
    const request = this.#request(command);
    const { status, text } = await exchange({
      where,
      url: new URL(request.url),
      ca: this.#options.ca,
      fingerprint256: this.#options.fingerprint256,
      method: request.method,
      headers: this.#headers(command, request),
      body: request.body,
      repeatable: mayRepeat(command),
      signal,
    });
    if (status >= 200 && status < 300) return text;
    const fix = status >= 300 && status < 400 ? "; redirects are not followed, give the final URL" : "";
    throw new DeviceError(KINDS.get(status) ?? "device", `${where} answered HTTP ${status}${fix}`);
  }
}
