import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type EmulatorConfig,
  type EmulatorConfigInput,
  emulatorConfigSchema,
} from "../../../emulator/src/config.ts";
import type { ClusterAccess } from "../../../emulator/src/kubernetes/api-reader.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import type { PowerTiming } from "../../../emulator/src/power/timing.ts";
import { Emulator } from "../../../emulator/src/server.ts";
import { type TestCertificate, testCertificate } from "./certificate.ts";
import type { FakeClock } from "./fake-clock.ts";
import { RedfishClient } from "./redfish-client.ts";
import { TestDevice, testDriver } from "./test-device.ts";

export interface TestEmulator {
  readonly emulator: Emulator;
  readonly devices: { readonly "node-1": TestDevice; readonly "node-2": TestDevice };
  readonly certificate: TestCertificate;
  /** Without a login. */
  readonly anonymous: RedfishClient;
  /** By Basic authentication. */
  readonly admin: RedfishClient;
  readonly operator: RedfishClient;
  readonly reader: RedfishClient;
  readonly folder: string;
  /** What it was started with. */
  readonly config: EmulatorConfig;
  /** Everything logged so far, at the finest level. */
  readonly log: () => string;
  /** Stops it and starts another on the same folder, with other users if given; this one's `stop` removes both. */
  readonly restart: (users?: EmulatorConfigInput["users"]) => Promise<TestEmulator>;
  /** Stops it and removes its folder. */
  readonly stop: () => Promise<void>;
}

export interface TestEmulatorOptions {
  readonly clock?: FakeClock;
  readonly timing?: Partial<PowerTiming>;
  readonly sessionTimeoutSeconds?: number;
  readonly sessionLimit?: number;
  readonly machine?: Partial<EmulatorConfigInput["machines"][number]>;
  /** Instead of one of each role. */
  readonly users?: EmulatorConfigInput["users"];
  /** Of an emulator before; a new one unless given. */
  readonly folder?: string;
  /** May hold the copy of an earlier store. */
  readonly seedFolder?: string;
  /** Of the logger; the finest unless given. */
  readonly logLevel?: "trace" | "info";
  /** Settings of the file besides machines and users. */
  readonly settings?: Omit<EmulatorConfigInput, "machines" | "users">;
  /** The way to Kubernetes. */
  readonly cluster?: ClusterAccess;
  readonly prepare?: (devices: TestEmulator["devices"]) => void;
}

export const passwords = {
  admin: "admin-marker-5d1",
  operator: "operator-marker-7f2",
  reader: "reader-marker-9c3",
};
export const devicePassword = "device-marker-2b4";

export const oneOfEachRole: EmulatorConfigInput["users"] = [
  { username: "admin", password: passwords.admin, role: "Administrator" },
  { username: "operator", password: passwords.operator, role: "Operator" },
  { username: "reader", password: passwords.reader, role: "ReadOnly" },
];

/** Fast enough for a real clock; the unit tests judge the real sizes by a fake one. */
const quick: Partial<PowerTiming> = {
  followFirst: 10,
  followMax: 20,
  restartSettle: 50,
  settle: 2_000,
  retryPause: 10,
};

/** A whole emulator with two test devices, over TLS on a free port. */
export async function testEmulator(options: TestEmulatorOptions = {}): Promise<TestEmulator> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "edge-lab-emulator-")));
  const certificate = await testCertificate();
  await writeCertificate(folder, certificate);
  const devices = { "node-1": new TestDevice(), "node-2": new TestDevice() };
  options.prepare?.(devices);
  const machine = { driver: "test", username: "device-user", password: devicePassword };
  const config = emulatorConfigSchema.parse({
    machines: [
      { name: "node-1", address: "192.0.2.1", macs: ["88:AE:DD:70:37:EA"], ...machine, ...options.machine },
      { name: "node-2", address: "192.0.2.2", ...machine },
    ],
    users: options.users ?? oneOfEachRole,
    ...options.settings,
  });
  const lines: string[] = [];
  const emulator = await Emulator.start({
    config,
    drivers: [testDriver(devices)],
    host: "127.0.0.1",
    port: 0,
    tlsFolder: folder,
    dataFolder: join(folder, "data"),
    logger: createLogger(options.logLevel ?? "trace", { write: (line) => void lines.push(line) }),
    timing: { ...quick, ...options.timing },
    ...(options.seedFolder !== undefined && { seedFolder: options.seedFolder }),
    ...(options.clock && { clock: options.clock }),
    ...(options.cluster && { cluster: options.cluster }),
    ...(options.sessionTimeoutSeconds !== undefined && {
      sessionTimeoutSeconds: options.sessionTimeoutSeconds,
    }),
    ...(options.sessionLimit !== undefined && { sessionLimit: options.sessionLimit }),
  });
  const anonymous = new RedfishClient(emulator.url, certificate.cert);
  let running: { readonly stop: () => Promise<void> } | undefined = emulator;
  const stopRunning = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  return {
    emulator,
    devices,
    certificate,
    anonymous,
    admin: anonymous.as("admin", passwords.admin),
    operator: anonymous.as("operator", passwords.operator),
    reader: anonymous.as("reader", passwords.reader),
    folder,
    config,
    log: () => lines.join(""),
    restart: async (users = options.users ?? oneOfEachRole) => {
      await stopRunning();
      const next = await testEmulator({ ...options, users, folder });
      running = next;
      return next;
    },
    stop: async () => {
      await stopRunning();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function writeCertificate(folder: string, { cert, key }: TestCertificate): Promise<void> {
  await writeFile(join(folder, "tls.crt"), cert);
  await writeFile(join(folder, "tls.key"), key);
}
