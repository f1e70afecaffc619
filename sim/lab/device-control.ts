import type { SimSettings } from "../settings.ts";
import { devicesSocket } from "./sim-lab.ts";
import { socketControl } from "./socket-control.ts";

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
  return socketControl(devicesSocket(settings), method, path, body);
}
