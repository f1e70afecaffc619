import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { MachineConfig } from "../../config.ts";
import type { DevicePower, PowerAction } from "../driver.ts";
import { DeviceError, type DeviceErrorKind } from "../errors.ts";
import { optionalActions, type WebhookOptions } from "./options.ts";
import { MAX_ANSWER, stopped, type Way } from "./way.ts";

const KINDS: ReadonlyMap<number, DeviceErrorKind> = new Map([
  [401, "bad-credentials"],
  [403, "refused"],
  [405, "refused"],
  [409, "refused"],
  [429, "rate-limited"],
]);

/** HTTP requests to a device or a bridge before it. Redirects are not followed: they would carry the login elsewhere. */
export class Webhook implements Way {
  readonly actions: readonly PowerAction[];
  readonly #machine: MachineConfig;
  readonly #options: WebhookOptions;

  constructor(machine: MachineConfig, options: WebhookOptions) {
    this.#machine = machine;
    this.#options = options;
    this.actions = ["on", "off", ...optionalActions.filter((action) => options[action] !== undefined)];
  }

  async read(signal: AbortSignal): Promise<DevicePower> {
    const { pointer, onPattern, offPattern } = this.#options;
    const answer = await this.#send("status", signal);
    const text = pointer === undefined ? answer : this.#pick(answer, pointer);
    const on = new RegExp(onPattern, "i").test(text);
    if (on !== new RegExp(offPattern, "i").test(text)) return on ? "On" : "Off";
    const fix = "set pointer, onPattern and offPattern so that exactly one fits";
    throw new DeviceError("device", `${this.#where("status")} says neither on nor off, or both: ${fix}`);
  }

  async act(action: PowerAction, signal: AbortSignal): Promise<void> {
    await this.#send(action, signal);
  }

  /** Without path and query, which may hold a token. */
  #where(action: "status" | PowerAction): string {
    const request = Object.entries(this.#options).find(([name]) => name === action)?.[1];
    const url = typeof request === "object" && "url" in request ? new URL(String(request.url)).origin : "";
    return `${this.#machine.name}: webhook ${url} (${action})`;
  }

  #pick(answer: string, pointer: string): string {
    const keys = pointer.split("/").slice(1);
    let value: unknown;
    try {
      value = JSON.parse(answer);
    } catch {
      throw new DeviceError("device", `${this.#where("status")} did not answer JSON`);
    }
    for (const key of keys) {
      const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
      const inner: unknown =
        typeof value === "object" && value !== null && Object.hasOwn(value, name)
          ? Reflect.get(value, name)
          : undefined;
      if (inner === undefined)
        throw new DeviceError("device", `${this.#where("status")} has nothing at ${pointer}`);
      value = inner;
    }
    return String(value);
  }

  async #send(action: PowerAction | "status", signal: AbortSignal): Promise<string> {
    const where = this.#where(action);
    const { headers, caFile } = this.#options;
    const chosen = action === "nmi" || action === "gracefulReset" ? undefined : this.#options[action];
    if (chosen === undefined) throw new DeviceError("refused", `${where}: ${action} is not configured`);
    const { username, password } = this.#machine;
    const login = username !== "" || password !== "" ? { auth: `${username}:${password}` } : {};
    const ca = caFile === undefined ? undefined : await this.#authorities(caFile);
    if (signal.aborted) throw stopped(where, signal);
    return await new Promise((resolve, reject) => {
      const secure = chosen.url.startsWith("https:");
      const request = (secure ? httpsRequest : httpRequest)(chosen.url, {
        method: chosen.method,
        headers,
        agent: false,
        signal,
        ...login,
        ...(ca !== undefined && { ca }),
      });
      const fail = (error: Error): void => {
        if (error instanceof DeviceError) reject(error);
        else if (signal.aborted) reject(stopped(where, signal));
        else {
          const code = "code" in error ? String(error.code) : "unknown";
          const distrusted = /CERT|ALTNAME|VERIFY|SELF_SIGNED/.test(code);
          const kind = distrusted ? "device" : "unreachable";
          const fix = distrusted ? ": its certificate is not trusted, set caFile" : "";
          reject(new DeviceError(kind, `${where} cannot be reached (${code})${fix}`));
        }
      };
      request.on("error", fail);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on("error", fail);
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > MAX_ANSWER)
            response.destroy(new DeviceError("device", `${where} answered more than ${MAX_ANSWER} bytes`));
        });
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(Buffer.concat(chunks).toString("utf8"));
          else reject(new DeviceError(KINDS.get(status) ?? "device", `${where} answered HTTP ${status}`));
        });
      });
      request.end(chosen.body);
    });
  }

  async #authorities(file: string): Promise<string> {
    try {
      return await readFile(file, "utf8");
    } catch {
      throw new DeviceError("device", `${this.#machine.name}: caFile ${file} cannot be read`);
    }
  }
}
