import { pino } from "pino";
import type { MachineConfig } from "../../../../emulator/src/config.ts";
import { DeviceError, type DeviceErrorKind } from "../../../../emulator/src/drivers/errors.ts";

/** Words that must never appear in an error or a log. */
export const SECRETS = { username: "Secret-User@example.org", password: "s3cret-Passw0rd" };

export function machineAt(
  address: string,
  login: { username: string; password: string } = SECRETS,
): MachineConfig {
  return {
    name: "machine-1",
    driver: "any",
    address,
    ...login,
    macs: [],
    gracefulShutdown: "refuse",
    bootMode: "UEFI",
    options: {},
  };
}

/** A logger at its most talkative whose lines a test can read. */
export function recordingLogger() {
  const lines: string[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  return { logger, lines };
}

/** Everything an error shows when it is logged with its causes and properties. */
export function everythingIn(error: unknown): string {
  const { logger, lines } = recordingLogger();
  logger.error({ err: error }, "shown");
  const seen: unknown[] = [];
  const walk = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return String(value);
    if (seen.includes(value)) return "";
    seen.push(value);
    return Object.getOwnPropertyNames(value)
      .map((name) => walk(Reflect.get(value, name)))
      .join("\n");
  };
  return lines.join("\n") + walk(error);
}

/** The DeviceError a promise rejects with; fails when it does not, or with another kind. */
export async function failure(kind: DeviceErrorKind, promise: Promise<unknown>): Promise<DeviceError> {
  const outcome = await promise.then(
    () => new Error("succeeded"),
    (error: unknown) => error,
  );
  if (outcome instanceof DeviceError && outcome.kind === kind) return outcome;
  throw new Error(`expected a DeviceError of kind ${kind}, got ${String(outcome)}`, { cause: outcome });
}

export const never = new AbortController().signal;
