import { join } from "node:path";
import { readConfigDrive } from "./config-drive.ts";
import type { InstalledSystems, StartedSystem } from "./installed-systems.ts";
import type { MachineDisk } from "./machine-disk.ts";
import type { MachineConfig } from "./machines-config.ts";
import { startInstalledSystem } from "./os/installed-system.ts";
import { MachineNetwork } from "./os/machine-network.ts";

export interface KubernetesSystemsOptions {
  readonly stateDir: string;
  /** The host's own address in the machines' network, with its prefix length. */
  readonly hostAddress: string;
  /** Folder of a Kubernetes version's binaries, by version. */
  readonly binaries: Readonly<Record<string, string>>;
}

/** Nodes of a Kubernetes cluster: what the sim's node images hold. */
export class KubernetesSystems implements InstalledSystems {
  readonly #options: KubernetesSystemsOptions;
  readonly #network: MachineNetwork;
  #binaries: Readonly<Record<string, string>>;

  constructor(options: KubernetesSystemsOptions) {
    this.#options = options;
    this.#binaries = options.binaries;
    this.#network = MachineNetwork.of(options.stateDir, options.hostAddress);
  }

  /** From the next start of a system on: what runs keeps what it was started with. */
  set binaries(byVersion: Readonly<Record<string, string>>) {
    this.#binaries = byVersion;
  }

  async start(
    machine: MachineConfig,
    disk: MachineDisk,
    event: (what: string, detail?: string) => void,
  ): Promise<StartedSystem> {
    const { hostAddress } = this.#options;
    const { image, configDrive } = disk.content;
    const [, version] = /\bkubernetes=(v[\d.]+)/.exec(image?.firstLine ?? "") ?? [];
    if (!version) throw new Error(`${image?.url ?? "the disk"} holds no node image of the sim`);
    if (!configDrive) throw new Error("there is no config drive on the disk: cloud-init finds nothing to do");
    const system = await startInstalledSystem({
      name: machine.name,
      stateDir: disk.folder,
      diskImage: { kubernetesVersion: version },
      configDrive: readConfigDrive(disk.configDriveFile),
      network: this.#network,
      nodeAddress: `${machine.nodeAddress}/${hostAddress.split("/")[1]}`,
      macs: machine.macs,
      binaries: async (wanted) => {
        const folder = this.#binaries[wanted];
        if (folder === undefined) throw new Error(`there are no binaries of Kubernetes ${wanted} here`);
        return folder;
      },
      dataDisks: machine.disks
        .filter(({ name }) => name !== disk.model.name)
        .map(({ name }) => ({ name, folder: join(disk.folder, "..", name.replace("/dev/", ""), "files") })),
      cpus: machine.cpus,
      memoryMiB: machine.memoryMiB,
      log: (line) => event("log", line),
    });
    system.onPhase((phase) => event(`system ${phase}`));
    const done = system.done.then((reason) =>
      reason === "power cut" ? new Promise<never>(() => undefined) : reason,
    );
    return { done, stop: () => system.stop() };
  }
}
