import { setTimeout as pause } from "node:timers/promises";
import { type IpxeOutcome, runIpxeScript } from "./ipxe-script.ts";

export interface NetworkBootOptions {
  /** The file server that DHCP would name. */
  readonly server: string;
  readonly macs: readonly string[];
  readonly signal: AbortSignal;
}

const DOWNLOAD_MS = 30_000;
/** As many as iPXE makes for a download, with a pause that grows. */
const TRIES = 3;
const FIRST_PAUSE_MS = 250;

/**
 * Boots from the network as iPXE does with what DHCP tells it: `boot.ipxe`, and from there the script of the first of the
 * machine's network cards that has one (`pxelinux.cfg/<mac with dashes>`).
 *
 * @returns undefined when there is no server or no script for this machine: the firmware goes on with its next device.
 * @throws the signal's reason when the power is cut; Error when the script cannot be carried out.
 */
export async function networkBoot({
  server,
  macs,
  signal,
}: NetworkBootOptions): Promise<IpxeOutcome | undefined> {
  const root = server.replace(/\/$/, "");
  if ((await download(`${root}/boot.ipxe`, signal)) === undefined) return undefined;
  for (const mac of macs) {
    const script = await download(`${root}/pxelinux.cfg/${mac.toLowerCase().replaceAll(":", "-")}`, signal);
    if (script === undefined) continue;
    return await runIpxeScript(script.toString("utf8"), { mac: mac.toLowerCase() }, async (url) => {
      const file = await download(new URL(url, `${root}/`).href, signal);
      if (file === undefined) throw new Error(`${url} is not there`);
    });
  }
  return undefined;
}

/** The file, or undefined when it cannot be had. Whole, as a machine without memory to spare for half of one. */
async function download(url: string, signal: AbortSignal): Promise<Buffer | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_MS)]),
      });
      const body = Buffer.from(await response.arrayBuffer());
      // What a server has not, it will not have a second later either.
      return response.ok ? body : undefined;
    } catch {
      if (signal.aborted) throw signal.reason;
      if (attempt === TRIES) return undefined;
      await pause(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }
}
