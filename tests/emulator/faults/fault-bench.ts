import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { AmtDriver } from "../../../emulator/src/drivers/amt/driver.ts";
import { amtDriver } from "../../../emulator/src/drivers/amt/index.ts";
import { amtOptionsSchema } from "../../../emulator/src/drivers/amt/options.ts";
import type { DriverModule } from "../../../emulator/src/drivers/driver.ts";
import { TapoDriver } from "../../../emulator/src/drivers/tapo/driver.ts";
import { tapoDriver } from "../../../emulator/src/drivers/tapo/index.ts";
import { tapoOptionsSchema } from "../../../emulator/src/drivers/tapo/options.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Emulator } from "../../../emulator/src/server.ts";
import {
  type AmtDevice,
  startAmtDevice,
  startTapoDevice,
  type TapoDevice,
} from "../../../sim/devices/index.ts";
import { type Answer, RedfishClient } from "../support/redfish-client.ts";
import { LabClock } from "./lab-clock.ts";

export type DeviceKind = "amt" | "tapo";
type Device = AmtDevice | TapoDevice;

const login = { username: "admin", password: "P@ssw0rd1" };
const system = "/redfish/v1/Systems/machine";

/** The whole emulator, a real driver and a simulated device, all on one clock, over real sockets. */
export class FaultBench {
  readonly clock: LabClock;
  readonly device: Device;
  readonly #emulator: Emulator;
  readonly #client: RedfishClient;

  private constructor(clock: LabClock, device: Device, emulator: Emulator, client: RedfishClient) {
    this.clock = clock;
    this.device = device;
    this.#emulator = emulator;
    this.#client = client;
  }

  /** Running, logged in, the machine's state read. */
  static async start(kind: DeviceKind, power: "on" | "off"): Promise<FaultBench> {
    const clock = new LabClock();
    const options = { name: "machine", ...login, port: 0, power, clock: clock.devices };
    const device: Device = kind === "amt" ? await startAmtDevice(options) : await startTapoDevice(options);
    const config = emulatorConfigSchema.parse({
      machines: [{ name: "machine", driver: kind, address: device.address, ...login }],
      users: [{ ...login, role: "Administrator" }],
    });
    const emulator = await Emulator.start({
      config,
      drivers: drivers(clock),
      host: "127.0.0.1",
      port: 0,
      logger: createLogger("silent"),
      clock,
      // Once, before the test begins: what the device says of its machine is another test's matter.
      timing: { identityDelay: 100 },
      sessionTimeoutSeconds: 1_000_000,
    });
    const anonymous = new RedfishClient(emulator.url, undefined);
    // In real time: a password is checked by the thread pool, which turns of the event loop do not wait for.
    const session = await anonymous.post("/redfish/v1/SessionService/Sessions", {
      UserName: login.username,
      Password: login.password,
    });
    const client = anonymous.with({ "X-Auth-Token": String(session.headers["x-auth-token"]) });
    const bench = new FaultBench(clock, device, emulator, client);
    await clock.pass(6_000);
    await bench.get();
    device.resetCounters();
    return bench;
  }

  get(): Promise<Answer> {
    return this.clock.until(this.#client.get(system));
  }

  /** GET once the cache has run out and whatever is asked behind the client's back has ended. */
  async getLater(): Promise<Answer> {
    await this.clock.pass(90_000);
    await this.get();
    await this.clock.pass(20_000);
    return await this.get();
  }

  /** GET after the longest pause that a device can get, which is for refused logins. */
  async getHealed(): Promise<Answer> {
    // A question that the fault swallowed has to end before time may be skipped.
    await this.clock.pass(40_000);
    await this.clock.skip(1_200_000);
    await this.get();
    await this.clock.pass(20_000);
    return await this.get();
  }

  reset(ResetType: string): Promise<Answer> {
    return this.clock.until(this.#client.post(`${system}/Actions/ComputerSystem.Reset`, { ResetType }));
  }

  bootOnceFromNetwork(): Promise<Answer> {
    const Boot = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
    return this.clock.until(this.#client.patch(system, { Boot }));
  }

  /** Messages of the event log. */
  get events(): string[] {
    return this.#emulator.store.events.latest(100).map(({ message }) => String(message));
  }

  /** Somebody else logs in, or the device forgets who we are. */
  stealSession(): void {
    if (this.device.kind === "amt") this.device.forgetNonces();
    else this.device.dropSessions();
  }

  /** How often the firmware started by command. */
  get starts(): number {
    return this.device.boots.filter(({ cause }) => cause !== "button").length;
  }

  async stop(): Promise<void> {
    await this.clock.until(this.#emulator.stop());
    await this.device.close();
  }
}

function drivers(clock: LabClock): DriverModule[] {
  const amt: DriverModule = {
    ...amtDriver,
    create: (machine, options, { logger }) =>
      new AmtDriver(machine, amtOptionsSchema.parse(options), { logger, clock }),
  };
  const tapo: DriverModule = {
    ...tapoDriver,
    create: (machine, options, { logger }) =>
      new TapoDriver(machine, tapoOptionsSchema.parse(options), { logger, clock }),
  };
  return [amt, tapo];
}
