import { readFile } from "node:fs/promises";

/** A port on which a program of this machine listens. */
export interface ListeningPort {
  readonly protocol: "TCP" | "UDP";
  /** Empty for all addresses. */
  readonly address: string;
  readonly port: number;
}

/** Linux's tables of sockets, and the state that means listening: TCP_LISTEN, for UDP TCP_CLOSE (net/tcp_states.h). */
const tables = [
  ["tcp", "TCP", "0A"],
  ["tcp6", "TCP", "0A"],
  ["udp", "UDP", "07"],
  ["udp6", "UDP", "07"],
] as const;

/** All ports on which this machine listens, by /proc/net; undefined where there is no such thing. */
export async function listeningPorts(): Promise<readonly ListeningPort[] | undefined> {
  const texts = await Promise.all(
    tables.map(([table]) => readFile(`/proc/net/${table}`, "utf8").catch(() => undefined)),
  );
  if (texts.every((text) => text === undefined)) return undefined;
  return tables.flatMap(([, protocol, listens], index) =>
    (texts[index] ?? "")
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const [, local = "", , state] = line.trim().split(/\s+/);
        const [address = "", port = ""] = local.split(":");
        return state === listens ? [{ protocol, address: readable(address), port: parseInt(port, 16) }] : [];
      }),
  );
}

/** The kernel prints an address as 32-bit words of the machine's byte order. IPv6 ones stay hexadecimal: they are only compared. */
function readable(hex: string): string {
  if (/^0*$/.test(hex)) return "";
  if (hex.length !== 8) return hex;
  return [6, 4, 2, 0].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(".");
}
