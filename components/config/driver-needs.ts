import type { DeviceField } from "../../emulator/src/drivers/driver.ts";
import { knownDrivers } from "./known-drivers.ts";

/** Whether a driver's hosts must have this field; nothing is asked for a driver that is not known. */
export function driverNeeds(driver: string | undefined, field: DeviceField): boolean {
  const known = knownDrivers.find(({ name }) => name === driver);
  return known !== undefined && !known.optionalFields?.includes(field);
}
