import type { MachineDisk } from "../machine-disk.ts";

/** The hardware that the deploy agent runs on. */
export interface AgentMachine {
  readonly name: string;
  readonly uuid?: string;
  readonly macs: readonly string[];
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Reported in the inventory, such as 172.22.0.11: Ironic drops interfaces with a loopback address. */
  readonly nodeAddress: string;
  /** The loopback address that the agent's API listens on. */
  readonly agentAddress: string;
  readonly agentPort: number;
  readonly bootMode: "uefi" | "bios";
  readonly disks: readonly MachineDisk[];
}

/** What can go wrong while the agent runs; asked anew whenever it matters. */
export interface AgentFaults {
  /** The agent hangs half-way through writing an image: no API and no heartbeats any more. */
  readonly agentDiesMidDeploy?: boolean;
  /** The cable is out: nothing gets to the machine or away from it. */
  readonly networkLost?: boolean;
  /** Every disk ends after half a MiB. */
  readonly diskTooSmall?: boolean;
  /** What is downloaded arrives with an error in it. */
  readonly wrongChecksum?: boolean;
}
