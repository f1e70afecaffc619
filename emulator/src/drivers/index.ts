import { amtDriver } from "./amt/index.ts";
import { commandDriver } from "./command/index.ts";
import type { DriverModule } from "./driver.ts";
import { tapoDriver } from "./tapo/index.ts";

/** Every kind of device the emulator knows: one line each. */
export const drivers: readonly DriverModule[] = [amtDriver, commandDriver, tapoDriver];
