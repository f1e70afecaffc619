import { writeFileSync } from "node:fs";
import { systemCommand } from "../system-command.ts";

/** Brings the machine's network up as an installed system does: loopback, eth0 with its address, the default route. */
export async function bringUpNetwork(nodeAddress: string, gateway: string): Promise<void> {
  const batch = [
    "link set lo up",
    `address replace ${nodeAddress} dev eth0`,
    "link set eth0 up",
    `route replace default via ${gateway}`,
  ];
  await systemCommand("ip", ["-batch", "-"], { input: `${batch.join("\n")}\n` });
}

/** Host name of the running system and in its files. */
export async function setHostName(hostName: string, nodeAddress: string): Promise<void> {
  writeFileSync("/etc/hostname", `${hostName}\n`);
  const address = nodeAddress.replace(/\/\d+$/, "");
  writeFileSync("/etc/hosts", `127.0.0.1 localhost\n${address} ${hostName}\n`);
  await systemCommand("hostname", [hostName]);
}
