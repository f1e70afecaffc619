import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Of the network that is for tests alone (RFC 2544). */
const network = "198.18.77";

/**
 * Another machine on a network of its own with this one: a network namespace at the other end of a veth pair. Needs root and
 * `ip`. This machine is `network`.1, the other one .2 and whatever it is given.
 */
export class Neighbour {
  static readonly network = network;
  /** This machine's interface. */
  readonly interface = `elt${process.pid}`;
  readonly #namespace = `edge-lab-test-${process.pid}`;
  readonly #children: ChildProcess[] = [];

  /** Whether this machine can have one. */
  static possible(): boolean {
    if (process.getuid?.() !== 0) return false;
    try {
      execFileSync("ip", ["netns", "list"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  }

  start(): void {
    const inside = `${this.interface}n`;
    this.#ip("netns", "add", this.#namespace);
    this.#ip("link", "add", this.interface, "type", "veth", "peer", "name", inside, "netns", this.#namespace);
    this.#ip("address", "add", `${network}.1/24`, "dev", this.interface);
    this.#ip("link", "set", this.interface, "up");
    this.#ip("-n", this.#namespace, "link", "set", "lo", "up");
    this.#ip("-n", this.#namespace, "address", "add", `${network}.2/24`, "dev", inside);
    this.#ip("-n", this.#namespace, "link", "set", inside, "up");
  }

  get mac(): string {
    const args = ["netns", "exec", this.#namespace, "cat", `/sys/class/net/${this.interface}n/address`];
    return execFileSync("ip", args, { encoding: "utf8" }).trim();
  }

  /** Gives it one more address. */
  take(address: string): void {
    this.#ip("-n", this.#namespace, "address", "add", `${address}/24`, "dev", `${this.interface}n`);
  }

  /** Runs a DHCP server there; what it got is told by the returned function. */
  async serveDhcp(offered: string, bootFile?: string): Promise<() => string> {
    const script = join(import.meta.dirname, "fake-dhcp-server.ts");
    const args = [script, `${network}.2`, offered, ...(bootFile === undefined ? [] : [bootFile])];
    const child = spawn("ip", ["netns", "exec", this.#namespace, process.execPath, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#children.push(child);
    let heard = "";
    child.stdout.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
    });
    while (!heard.includes("ready")) await once(child.stdout, "data");
    return () => heard;
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    const links = readFileSync("/proc/net/dev", "utf8");
    if (links.includes(`${this.interface}:`)) this.#ip("link", "delete", this.interface);
    const namespaces = execFileSync("ip", ["netns", "list"], { encoding: "utf8" });
    if (namespaces.includes(this.#namespace)) this.#ip("netns", "delete", this.#namespace);
  }

  #ip(...args: string[]): void {
    execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
  }
}
