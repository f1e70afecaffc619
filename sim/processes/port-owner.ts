import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Who listens on a TCP port. The pid is absent when it belongs to another user and may not be looked at. */
export interface PortOwner {
  readonly pid?: number;
  readonly command?: string;
}

interface Listener {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** The listening sockets of /proc/net/tcp{,6} (proc_net_tcp: addresses in hex, words in host byte order). */
function listeners(): Listener[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => {
    let table: string;
    try {
      table = readFileSync(file, "utf8");
    } catch {
      return [];
    }
    return table
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A")
      .map((fields) => {
        const [address = "", port = "0"] = (fields[1] ?? "").split(":");
        return { address: readable(address), port: Number.parseInt(port, 16), inode: fields[9] ?? "" };
      });
  });
}

/** Dotted form of an IPv4 address; "*" for any form of "all addresses" and for IPv6 ones, which may cover IPv4. */
function readable(hex: string): string {
  if (hex.length !== 8 || hex === "00000000") return "*";
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");
}

/**
 * The process that keeps `host:port` from being listened on, or undefined when the port is free. A listener on all
 * addresses counts; one on another loopback address does not.
 */
export function portOwner(host: string, port: number): PortOwner | undefined {
  const listener = listeners().find(
    (candidate) => candidate.port === port && (candidate.address === "*" || candidate.address === host),
  );
  if (!listener) return undefined;
  const socket = `socket:[${listener.inode}]`;
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === socket;
        } catch {
          return false;
        }
      });
      if (holds) {
        return {
          pid: Number(pid),
          command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim(),
        };
      }
    } catch {
      // Not ours to look at, or gone.
    }
  }
  return {};
}
