import { createHash } from "node:crypto";
import { CommandError, systemCommand } from "./system-command.ts";

const shortHash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** Linux allows 15 characters for the name of a network interface. */
const bridgeName = (labStateDir: string) => `el${shortHash(labStateDir)}`;

/**
 * The network that the machines of one sim share: a Linux bridge with the host on it, without a way out. Each machine
 * has one cable (a veth pair) whose other end is `eth0` in the machine's network namespace.
 *
 * Names are made from state folders, so that a later process finds what an earlier one left (ip-link(8)).
 */
export class MachineNetwork {
  readonly bridge: string;
  /** The host's own address on it with its prefix length, for example 172.22.0.1/24. */
  readonly hostAddress: string;

  /** @param bridge its name; see {@link MachineNetwork.of} for the usual one. */
  constructor(bridge: string, hostAddress: string) {
    this.bridge = bridge;
    this.hostAddress = hostAddress;
  }

  /** The network of the sim whose state lies in `labStateDir`. */
  static of(labStateDir: string, hostAddress: string): MachineNetwork {
    return new MachineNetwork(bridgeName(labStateDir), hostAddress);
  }

  /** Name of the host's end of the cable of the machine whose state lies there. */
  static cable(machineStateDir: string): string {
    return `em${shortHash(machineStateDir)}`;
  }

  /**
   * Makes the bridge where it is missing.
   * @throws CommandError when the network is refused, for instance without the right to make interfaces.
   */
  async ensure(): Promise<void> {
    if (!(await exists(this.bridge))) {
      await systemCommand("ip", ["link", "add", this.bridge, "type", "bridge"]).catch((error: unknown) => {
        // Two machines of one sim may start at the same moment.
        if (!(error instanceof CommandError && /File exists/.test(error.stderr))) throw error;
      });
    }
    await systemCommand("ip", ["address", "replace", this.hostAddress, "dev", this.bridge]);
    await systemCommand("ip", ["link", "set", this.bridge, "up"]);
  }

  /** Plugs a machine in: `eth0` with that hardware address appears, down, in the network namespace of `pid`. */
  async plug(machineStateDir: string, pid: number, mac: string): Promise<void> {
    const cable = MachineNetwork.cable(machineStateDir);
    await this.unplug(machineStateDir);
    const peer = ["peer", "name", "eth0", "address", mac, "netns", String(pid)];
    await systemCommand("ip", ["link", "add", cable, "type", "veth", ...peer]);
    await systemCommand("ip", ["link", "set", cable, "master", this.bridge, "up"]);
  }

  /** Removes a machine's cable; it goes by itself with the machine's namespace, but some moments later. */
  async unplug(machineStateDir: string): Promise<void> {
    await removed(MachineNetwork.cable(machineStateDir));
  }

  /** Removes the bridge and every cable on it. Nothing happens when there is none. */
  async remove(): Promise<void> {
    if (!(await exists(this.bridge))) return;
    const listed = await systemCommand("ip", ["-json", "link", "show", "master", this.bridge]);
    for (const { ifname } of JSON.parse(listed || "[]") as { ifname?: string }[]) {
      if (ifname !== undefined) await removed(ifname);
    }
    await removed(this.bridge);
  }
}

async function exists(device: string): Promise<boolean> {
  try {
    await systemCommand("ip", ["link", "show", device]);
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.code === 1) return false;
    throw error;
  }
}

async function removed(device: string): Promise<void> {
  try {
    await systemCommand("ip", ["link", "delete", device]);
  } catch (error) {
    if (!(error instanceof CommandError && /Cannot find device/.test(error.stderr))) throw error;
  }
}
