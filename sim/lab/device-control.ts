import { request } from "node:http";
import type { SimSettings } from "../settings.ts";
import { devicesSocket } from "./sim-lab.ts";

/** A simulated device as its control API tells it; more fields than are named here. */
export interface DeviceReport {
  readonly name: string;
  readonly kind: string;
  readonly address: string;
  readonly power: string;
  readonly calls: {
    readonly total: number;
    /** Those of them that answered the power state. */
    readonly powerReads: number;
    readonly byOperation: Readonly<Record<string, number>>;
    readonly logins: number;
  };
}

/** One request to the simulated devices' control API (HTTP with JSON over the unix socket). */
export function deviceControl<T>(
  settings: SimSettings,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: devicesSocket(settings), method, path, timeout: 5_000, agent: false };
    const sent = request({ ...options, headers: { "content-type": "application/json" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const status = response.statusCode ?? 0;
        if (status >= 300) reject(new Error(`${method} ${path}: ${status} ${text}`));
        else resolve((text ? JSON.parse(text) : undefined) as T);
      });
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in 5 s`)));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
