import { isLoopback } from "../network/is-loopback.ts";
import { deviceAddress } from "../resolve/device-address.ts";
import { type Check, problem } from "./check.ts";

/** Devices and emulator are reached from the infra node's pods, where loopback is the pod itself. */
export const reachableEmulator: Check = (draft) => {
  const infra = draft.infra?.provisioning?.address;
  if (infra === undefined || isLoopback(infra)) return [];
  const hosts = (draft.hosts ?? []).flatMap((host, index) => {
    if (host?.address === undefined || !isLoopback(deviceAddress(host.address, host.driver).host)) return [];
    const fix = "give the device's address on the LAN";
    return [problem(["hosts", index, "address"], host.address, "is a loopback address, not a device's", fix)];
  });
  const address = draft.emulator?.address;
  if (address === undefined || !isLoopback(deviceAddress(address, undefined).host)) return hosts;
  const fix = "leave it out, so that the Service's name is used";
  return [
    ...hosts,
    problem(["emulator", "address"], address, "is a loopback address, which Ironic cannot reach", fix),
  ];
};
