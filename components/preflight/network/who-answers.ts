import { isIPv4 } from "node:net";
import { inParallel } from "../../parallel/in-parallel.ts";
import type { Place } from "../place.ts";
import { arpTable } from "./arp-table.ts";
import { knock } from "./knock.ts";

/** Somebody who has an address. */
export interface Answerer {
  readonly address: string;
  /** Of the neighbour, lower case; undefined when it answered over a router, or is this machine. */
  readonly mac: string | undefined;
}

/** Linux asks three times a second apart before it says that nobody is there, five seconds later for one it knew. */
const patience = 9_500;
/** Of the kernel's questions under way: a LAN should not notice. */
const atOnce = 64;

/**
 * Which of these addresses somebody has. One TCP connection to each makes the kernel ask for the neighbour by ARP, whose answer
 * counts whatever firewall is behind it; over a router only a machine that answers by TCP is noticed.
 * @param port to knock at: it need not be open.
 */
export async function whoAnswers(
  addresses: readonly string[],
  port: number,
  place: Place,
  signal: AbortSignal,
): Promise<readonly Answerer[]> {
  const knocks = await inParallel(addresses, atOnce, (address) => knock(address, port, patience, signal));
  const neighbours = await arpTable();
  return addresses.flatMap((address, index) => {
    const outcome = knocks[index];
    const mac = neighbours.get(address);
    const byTcp = outcome === "open" || outcome === "refused";
    const byArp = place.linux && isIPv4(address) && place.neighbourOf(address) !== undefined;
    return byTcp || (byArp && mac !== undefined) ? [{ address, mac }] : [];
  });
}
