import type { DevicePeer } from "../../emulator/src/drivers/driver.ts";
import { drivers } from "../../emulator/src/drivers/index.ts";
import { deviceAddress, type HostConfig } from "../config/index.ts";

/**
 * What the network policy has to let through to a host's power device: what its driver says it reaches. Pure.
 *
 * @throws {Error} for options that the driver refuses; {@link emulatorConfig} tells them before.
 */
export function devicePeers({ address, driver, options }: HostConfig): readonly DevicePeer[] {
  const module = drivers.find(({ kind }) => kind === driver);
  if (module?.peers) return module.peers({ address: address ?? "" }, module.options.parse(options));
  if (address === undefined) return [];
  const { host, port } = deviceAddress(address, driver);
  return [{ host, tcp: port === undefined ? [] : [port], udp: [] }];
}
