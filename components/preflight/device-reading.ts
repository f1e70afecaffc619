import { drivers } from "../../emulator/src/drivers/index.ts";
import { createLogger } from "../../emulator/src/log.ts";
import { parseMachine } from "../../emulator/src/parse-config.ts";
import type { HostConfig } from "../config/host.ts";
import type { LabConfig } from "../config/lab.ts";
import { machineEntry } from "../redfish-emulator/machine-entry.ts";

/**
 * Reads the power state of a host's device as the emulator will, by its driver and with its login: one login, and none again when
 * that is refused, since devices lock out. Only while no emulator is there, which else is the device's one client.
 *
 * Its own file, since the drivers take half a second to load.
 * @returns On, Off or Paused.
 * @throws DeviceError of the driver, free of secrets; ConfigError for options that the driver refuses.
 */
export async function readDevice(config: LabConfig, host: HostConfig, signal: AbortSignal): Promise<string> {
  const machine = parseMachine(machineEntry(config, host), drivers, host.name);
  const module = drivers.find(({ kind }) => kind === host.driver);
  if (module === undefined) throw new Error(`there is no driver ${host.driver}`);
  const driver = module.create(machine, module.options.parse(machine.options), {
    logger: createLogger("silent"),
  });
  try {
    return (await driver.readPower(signal)).power;
  } finally {
    await driver.close();
  }
}
