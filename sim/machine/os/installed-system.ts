import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import type { MachineNetwork } from "./machine-network.ts";
import { spawnMachine } from "./machine-process.ts";
import type { ConfigDrive, DataDiskFolder, SystemPhase } from "./messages.ts";
import { insidePaths, prepareRoot } from "./private-root.ts";
import { type ExitReason, RunningSystem } from "./running-system.ts";

export interface InstalledSystemOptions {
  /** The machine's name, for its log and as its host name where the config drive has none. */
  readonly name: string;
  /** Folder of the machine's first disk: `root/` in it is the system's root file system and outlives power-off. */
  readonly stateDir: string;
  readonly diskImage: {
    /** With a leading v: v1.34.3. */
    readonly kubernetesVersion: string;
  };
  readonly configDrive: ConfigDrive;
  readonly network: MachineNetwork;
  /** Address with prefix length, for example 172.22.0.11/24. The last address of the network stays unused. */
  readonly nodeAddress: string;
  /** Hardware addresses; the first one is that of eth0. */
  readonly macs: readonly string[];
  /** Gives the folder with kubeadm, kubectl, kube-apiserver, kube-controller-manager, kube-scheduler, etcd and kwok. */
  readonly binaries: (kubernetesVersion: string) => Promise<string>;
  readonly dataDisks?: readonly DataDiskFolder[];
  /** What the node reports as its size: 4 and 16384 when absent. */
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly log: (line: string) => void;
}

export interface InstalledSystem {
  /** `configuring` is cloud-init's time; `failed` means that it ended with an error, the system runs on as in life. */
  readonly phase: SystemPhase;
  /** Answers when no process of the system is left. */
  readonly done: Promise<ExitReason>;
  /** A power cut: every process is killed at once. Safe to call again. */
  stop(): Promise<void>;
  /** An orderly shutdown, as after the power button: services end in their order; killed after 20 s. */
  shutdown(): Promise<void>;
  onPhase(listener: (phase: SystemPhase) => void): void;
  /** The system wants the power switched off, or a restart. Its processes have ended then. */
  onPowerOff(listener: (how: "poweroff" | "reboot") => void): void;
}

/**
 * Boots the system that an image and a config drive make: own network, mounts, processes, host name and root folder,
 * cloud-config carried out on the first boot, services on every boot.
 *
 * A disk that holds another instance (other version, metadata or user data) is erased first, as an image written over it
 * would. Call {@link eraseInstalledSystem} where the same image is written again.
 *
 * Nothing outlives the calling process: the kernel kills the system with the calling thread (PR_SET_PDEATHSIG), so call
 * it from the main one; namespaces and mounts go with their last process. What may stay is the bridge, see `cleanup`.
 *
 * @throws Error when the binaries are not there, or Linux refuses the namespaces or the network.
 */
export async function startInstalledSystem(options: InstalledSystemOptions): Promise<InstalledSystem> {
  const { stateDir, diskImage, network, configDrive } = options;
  const mac = options.macs[0];
  if (mac === undefined) throw new Error(`${options.name}: macs is empty; give at least the address of eth0`);
  const binaries = await options.binaries(diskImage.kubernetesVersion);
  const root = join(stateDir, "root");
  rewriteDisk(stateDir, diskImage.kubernetesVersion, configDrive, options.log);
  mkdirSync(root, { recursive: true });
  prepareRoot(root, diskImage.kubernetesVersion);
  const dataDisks = options.dataDisks ?? [];
  for (const { folder } of dataDisks) mkdirSync(folder, { recursive: true });
  await network.ensure();

  const system = new RunningSystem(options.name, spawnMachine({ root, binaries, dataDisks }), options.log);
  try {
    const pid = await system.ready();
    await network.plug(stateDir, pid, mac);
    system.send({
      kind: "boot",
      configuration: {
        name: options.name,
        nodeAddress: options.nodeAddress,
        gateway: network.hostAddress.replace(/\/\d+$/, ""),
        silentAddress: lastAddress(options.nodeAddress),
        kubernetesVersion: diskImage.kubernetesVersion,
        configDrive,
        dataDisks: dataDisks.map(({ name }, index) => ({
          name,
          folder: join(insidePaths.dataDisks, String(index)),
        })),
        cpus: options.cpus ?? 4,
        memoryMiB: options.memoryMiB ?? 16_384,
      },
    });
  } catch (error) {
    await system.stop();
    await network.unplug(stateDir);
    throw error;
  }
  const unplugged = system.done.then(async (reason) => {
    await network.unplug(stateDir).catch((error: Error) => options.log(`cable: ${error.message}`));
    return reason;
  });
  return {
    get phase() {
      return system.phase;
    },
    done: unplugged,
    stop: async () => {
      await system.stop();
      await unplugged;
    },
    shutdown: async () => {
      await system.shutdown();
      await unplugged;
    },
    onPhase: (listener) => system.onPhase(listener),
    onPowerOff: (listener) => {
      unplugged.then((reason) => {
        if (reason === "poweroff" || reason === "reboot") listener(reason);
      });
    },
  };
}

/** Erases the machine's first disk, as writing an image does. Its system must not run. */
export function eraseInstalledSystem(stateDir: string): void {
  rmSync(join(stateDir, "root"), { recursive: true, force: true });
  rmSync(join(stateDir, "instance"), { force: true });
}

/** The highest address of a network that a machine could have. */
function lastAddress(cidr: string): string {
  const [first = 0, second = 0, third = 0, fourth = 0] = ipaddr.IPv4.broadcastAddressFromCIDR(cidr).octets;
  return [first, second, third, fourth - 1].join(".");
}

function rewriteDisk(
  stateDir: string,
  version: string,
  drive: ConfigDrive,
  log: (line: string) => void,
): void {
  const instance = createHash("sha256")
    .update(JSON.stringify([version, drive.metaData, drive.userData]))
    .digest("hex");
  const file = join(stateDir, "instance");
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (before === instance) return;
  if (before !== undefined) log("the disk holds another instance: it is erased");
  eraseInstalledSystem(stateDir);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, instance);
}
