import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { drivers } from "../../../emulator/src/drivers/index.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Emulator } from "../../../emulator/src/server.ts";
import { type SimulatedDevice, startAmtDevice, startTapoDevice } from "../../../sim/devices/index.ts";
import { testCertificate } from "../../emulator/support/certificate.ts";
import { writeCertificate } from "../../emulator/support/emulator.ts";
import { TestDevice, testDriver } from "../../emulator/support/test-device.ts";

const device = { username: "admin", password: "P@ssw0rd1" };

export const people = {
  admin: { username: "admin", password: "admin-marker-1", role: "Administrator" },
  operator: { username: "operator", password: "operator-marker-2", role: "Operator" },
  reader: { username: "reader", password: "reader-marker-3", role: "ReadOnly" },
} as const;

/** The lab's six machines, simulated behind real sockets, and the emulator over TLS with its real drivers. */
export class BrowserLab {
  readonly url: string;
  readonly devices: readonly SimulatedDevice[];
  readonly #emulator: Emulator;
  readonly #folder: string;

  private constructor(emulator: Emulator, devices: readonly SimulatedDevice[], folder: string) {
    this.#emulator = emulator;
    this.url = emulator.url;
    this.devices = devices;
    this.#folder = folder;
  }

  /** @param more machines besides, whose devices are a test's own: for the number */
  static async start({ more = 0 }: { readonly more?: number } = {}): Promise<BrowserLab> {
    const folder = await mkdtemp(join(tmpdir(), "edge-lab-browser-"));
    await writeCertificate(folder, await testCertificate());
    const numbers = [1, 2, 3];
    const amt = numbers.map((number) =>
      startAmtDevice({ name: `m920q-${number}`, ...device, power: number === 3 ? "off" : "on" }),
    );
    const tapo = numbers.map((number) =>
      startTapoDevice({
        name: `optiplex-${number}`,
        ...device,
        power: number === 1 ? "on" : "off",
        model: "P110",
      }),
    );
    const devices = await Promise.all([...amt, ...tapo]);
    const others = Object.fromEntries(
      Array.from({ length: more }, (_, index) => [`rack-${index + 1}`, new TestDevice()]),
    );
    const config = emulatorConfigSchema.parse({
      machines: [
        ...devices.map(({ name, kind, address }) => ({ name, driver: kind, address, ...device })),
        ...Object.keys(others).map((name) => ({ name, driver: "test" })),
      ],
      users: Object.values(people),
      logLevel: "silent",
    });
    const emulator = await Emulator.start({
      config,
      drivers: [...drivers, testDriver(others)],
      host: "127.0.0.1",
      port: 0,
      tlsFolder: folder,
      logger: createLogger("silent"),
      timing: { identityDelay: 200 },
    });
    return new BrowserLab(emulator, devices, folder);
  }

  async stop(): Promise<void> {
    await this.#emulator.stop();
    await Promise.all(this.devices.map((one) => one.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
