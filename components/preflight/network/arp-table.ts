import { readFile } from "node:fs/promises";

/** Set when the neighbour's MAC is known (linux/if_arp.h, ATF_COM). */
const complete = 0x2;

/**
 * MACs of this machine's IPv4 neighbours that have answered, by address: Linux's /proc/net/arp (proc_net(5): address, hardware
 * type, flags, MAC, mask, device). Empty where there is no such file.
 */
export async function arpTable(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile("/proc/net/arp", "utf8").catch(() => "");
  const rows = text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return new Map(
    rows.flatMap(([address = "", , flags = "0", mac = ""]) =>
      (Number(flags) & complete) !== 0 ? [[address, mac.toLowerCase()] as const] : [],
    ),
  );
}
