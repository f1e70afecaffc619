import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type InstalledSystem,
  type InstalledSystemOptions,
  startInstalledSystem,
} from "../../sim/machine/os/installed-system.ts";
import { MachineNetwork } from "../../sim/machine/os/machine-network.ts";
import { systemCommand } from "../../sim/machine/os/system-command.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { nodeBinaries } from "../../tools/node-binaries.ts";
import { type ClusterSeed, clusterSeed, userData } from "./cluster-user-data.ts";

export const version = "v1.34.3";
const subnet = "172.29.7";

export type Role = Parameters<typeof userData>[1];

/** A few machines on a network of their own, without a BMC, Ironic or Cluster API: what those would hand over is made here. */
export class MachineRoom {
  readonly stateDir: string;
  readonly seed: ClusterSeed;
  readonly network: MachineNetwork;
  readonly lines: string[] = [];
  /** Of the version that most machines have. */
  readonly kubectlPath: string;
  readonly #machines = new Map<number, InstalledSystem>();

  private constructor(stateDir: string, seed: ClusterSeed, binaries: string) {
    this.kubectlPath = join(binaries, "kubectl");
    this.stateDir = stateDir;
    this.seed = seed;
    this.network = MachineNetwork.of(stateDir, `${subnet}.1/24`);
  }

  static async open(stateDir: string): Promise<MachineRoom> {
    return new MachineRoom(stateDir, await clusterSeed(`${subnet}.50`), await nodeBinaries(version));
  }

  /** Path of a file of a machine's own file system. */
  file(machine: number, path: string): string {
    return join(this.stateDir, `m${machine}`, "root", path);
  }

  /** Switches a machine on. Answers when its boot is over, one way or the other. */
  async start(
    machine: number,
    role: Role,
    over: Partial<InstalledSystemOptions> = {},
  ): Promise<InstalledSystem> {
    const name = `m${machine}`;
    const kubernetesVersion = over.diskImage?.kubernetesVersion ?? version;
    const system = await startInstalledSystem({
      name,
      stateDir: join(this.stateDir, name),
      diskImage: { kubernetesVersion },
      configDrive: {
        metaData: { uuid: `00000000-0000-4000-8000-00000000000${machine}`, "local-hostname": name },
        userData: userData(this.seed, role, kubernetesVersion),
      },
      network: this.network,
      nodeAddress: `${subnet}.1${machine}/24`,
      macs: [`00:00:5e:00:53:7${machine}`],
      binaries: nodeBinaries,
      dataDisks: [{ name: "/dev/nvme0n1", folder: join(this.stateDir, `${name}-nvme0n1`) }],
      log: (line) => this.lines.push(`${new Date().toISOString()} ${name}: ${line}`),
      ...over,
    });
    this.#machines.set(machine, system);
    await waitUntil(() => system.phase !== "starting" && system.phase !== "configuring", {
      timeoutMs: 300_000,
      what: `${name} after its boot`,
    });
    return system;
  }

  /** Host's process ids of what runs on a machine under that program name. */
  processes(machine: number, program: string): number[] {
    const root = join(this.stateDir, `m${machine}`, "root");
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .filter((entry) => {
        try {
          // A machine's root is "/" to its processes; where it lies on the host's disk stands in their mounts.
          const inside = readFileSync(`/proc/${entry}/mountinfo`, "utf8").includes(` ${root} / `);
          const [command = ""] = readFileSync(`/proc/${entry}/cmdline`, "utf8").split("\0");
          return inside && basename(command) === program;
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** Presses the power button and waits until it is off. */
  async shutDown(machine: number): Promise<void> {
    await this.#machines.get(machine)?.shutdown();
  }

  async powerCut(...machines: readonly number[]): Promise<void> {
    await Promise.all(machines.map((machine) => this.#machines.get(machine)?.stop()));
  }

  /** As the administrator, with the credentials of a control plane's disk. */
  kubectl(
    args: readonly string[],
    { input, from = 1 }: { input?: string; from?: number } = {},
  ): Promise<string> {
    const all = [
      `--kubeconfig=${this.file(from, "etc/kubernetes/admin.conf")}`,
      "--request-timeout=10s",
      ...args,
    ];
    return systemCommand(this.kubectlPath, all, {
      timeoutMs: 20_000,
      ...(input === undefined ? {} : { input }),
    });
  }

  async list<T>(...args: readonly string[]): Promise<T[]> {
    const text = await this.kubectl(["get", ...args, "-o", "json"]);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  async close(): Promise<void> {
    await this.powerCut(...this.#machines.keys());
    await this.network.remove();
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}
