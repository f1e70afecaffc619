import { request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { DeviceSnapshot, PowerEvent } from "../devices/simulated-device.ts";

const AGAIN_MS = 500;
const ANSWER_MS = 5_000;

/**
 * The machines' wires to their simulated devices: power comes over them, and what an operating system does to its own
 * power goes back.
 */
export class DevicesLink {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /**
   * Tells every power change until the signal. After each connection the present state of all devices is told first, so
   * that nothing is missed when the devices' process was away.
   */
  async follow(
    tell: { readonly state: (device: DeviceSnapshot) => void; readonly event: (event: PowerEvent) => void },
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      await this.#listen(tell, signal).catch(() => undefined); // the devices' process is away: it comes again
      await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** All devices as they are now. @throws Error when their process is away. */
  now(): Promise<DeviceSnapshot[]> {
    return this.#ask("GET", "/devices");
  }

  /** What the machine's operating system did by itself; a plug only notices a reboot. */
  async machineDid(device: string, did: "shutdown" | "reboot"): Promise<void> {
    await this.#ask("POST", `/devices/${encodeURIComponent(device)}/machine`, { did });
  }

  #listen(
    tell: { readonly state: (device: DeviceSnapshot) => void; readonly event: (event: PowerEvent) => void },
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const sent = request(
        { socketPath: this.#socketPath, path: "/events", agent: false, signal },
        (response) => {
          const early: PowerEvent[] = [];
          let known = false;
          createInterface({ input: response })
            .on("line", (line) => {
              const event = JSON.parse(line) as PowerEvent;
              if (known) tell.event(event);
              else early.push(event);
            })
            // It tells its input's errors a second time, and nobody else hears them.
            .on("error", reject)
            .on("close", resolve);
          response.on("error", reject);
          // Asked for when the stream is open already: a change in between is told twice rather than never.
          this.now().then((devices) => {
            for (const device of devices) tell.state(device);
            known = true;
            for (const event of early) tell.event(event);
          }, reject);
        },
      );
      sent.on("error", reject);
      sent.end();
    });
  }

  #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const options = { socketPath: this.#socketPath, method, path, timeout: ANSWER_MS, agent: false };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const { statusCode = 0 } = response;
          if (statusCode >= 300) reject(new Error(`devices: ${method} ${path}: ${statusCode} ${text}`));
          else resolve(JSON.parse(text) as T);
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`devices: ${method} ${path}: no answer`)));
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
