import PQueue from "p-queue";
import { pino } from "pino";
import {
  type EmulatorConfigInput,
  emulatorConfigSchema,
  type MachineConfig,
} from "../../../emulator/src/config.ts";
import type { PowerDriver } from "../../../emulator/src/drivers/driver.ts";
import { MachinePower } from "../../../emulator/src/power/machine-power.ts";
import { defaultTiming, type PowerTiming } from "../../../emulator/src/power/timing.ts";
import { Store } from "../../../emulator/src/store/store.ts";
import { FakeClock } from "./fake-clock.ts";
import { TestDevice } from "./test-device.ts";

type MachineInput = EmulatorConfigInput["machines"][number];

export interface TestMachine {
  readonly clock: FakeClock;
  readonly device: TestDevice;
  readonly store: Store;
  readonly power: MachinePower;
}

export interface TestMachineOptions {
  readonly machine?: Partial<MachineInput>;
  readonly device?: TestDevice;
  /** In the device's place. */
  readonly driver?: PowerDriver;
  readonly clock?: FakeClock;
  readonly store?: Store;
  readonly minimumGap?: number;
  readonly identityTurns?: PQueue;
  readonly timing?: Partial<PowerTiming>;
}

export const users: EmulatorConfigInput["users"] = [
  { username: "admin", password: "secret", role: "Administrator" },
];

export function machineConfig(machine: Partial<MachineInput> = {}): MachineConfig {
  const whole = {
    name: "node-1",
    driver: "test",
    address: "192.0.2.1",
    username: "u",
    password: "p",
    ...machine,
  };
  const [first] = emulatorConfigSchema.parse({ machines: [whole], users }).machines;
  if (!first) throw new Error("no machine");
  return first;
}

/** One machine with its own clock, device and store in memory; a cache of 30 s and no jitter. */
export async function testMachine(options: TestMachineOptions = {}): Promise<TestMachine> {
  const logger = pino({ level: "silent" });
  const { clock = new FakeClock(), device = new TestDevice(), minimumGap = 0 } = options;
  const store = options.store ?? (await Store.open({ logger }));
  const timing = { ...defaultTiming, ...options.timing };
  const machine = machineConfig(options.machine);
  const random = () => 0.5;
  const power = new MachinePower({
    machine,
    driver: options.driver ?? device,
    minimumGap,
    cache: 30_000,
    store,
    clock,
    timing,
    random,
    logger,
    identityTurns: options.identityTurns ?? new PQueue({ concurrency: 4 }),
  });
  return { clock, device, store, power };
}
