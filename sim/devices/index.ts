/** The simulated devices, for tests and for the sim. */
export { type AmtDevice, type AmtDeviceOptions, startAmtDevice } from "./amt/amt-device.ts";
export type { CallSnapshot } from "./call-counters.ts";
export { type Clock, systemClock } from "./clock.ts";
export { PortError } from "./device-port.ts";
export type { BootRecord, DeviceSnapshot, PowerEvent, SimulatedDevice } from "./simulated-device.ts";
export { startTapoDevice, type TapoDevice, type TapoDeviceOptions } from "./tapo/tapo-device.ts";
