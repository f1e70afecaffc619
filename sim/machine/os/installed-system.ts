import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MachineNetwork } from "./machine-network.ts";
import type { ConfigDrive, DataDiskFolder, FromMachine, SystemPhase, ToMachine } from "./messages.ts";
import { insidePaths, prepareRoot, privateRootScript } from "./private-root.ts";

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
  /** Address with prefix length, for example 172.22.0.11/24. */
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

/**
 * Why a system runs no more: it was cut off by {@link InstalledSystem.stop}, ended itself (`poweroff`, `reboot`, an
 * orderly shutdown), or died.
 */
export type ExitReason = "power cut" | "poweroff" | "reboot" | "crash";

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

const MAIN = fileURLToPath(new URL("./inside/main.ts", import.meta.url));
/** Beside the root folder; cleanup finds a machine's first process by it. */
export const BOOT_SCRIPT = "boot.sh";
const START_MS = 30_000;
const SHUTDOWN_MS = 20_000;
/** Rights by which even root in namespaces would reach the host itself: its clock, modules, devices. */
const WITHHELD = ["sys_module", "sys_time", "sys_boot", "sys_rawio", "mknod"].map((right) => `-${right}`);

/**
 * Boots the system that an image and a config drive make: own network, mounts, processes, host name and root folder,
 * cloud-config carried out on the first boot, services on every boot.
 *
 * A disk that holds another instance (other version, metadata or user data) is erased first, as an image written over it
 * would. Call {@link eraseInstalledSystem} where the same image is written again.
 *
 * Nothing outlives the calling process: the kernel kills the system with it (PR_SET_PDEATHSIG), namespaces and mounts
 * go with their last process. What may stay is the bridge, see `cleanup`.
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

  const system = new RunningSystem(options.name, spawnInside(root, binaries, dataDisks), options.log);
  try {
    const pid = await system.ready();
    await network.plug(stateDir, pid, mac);
    system.send({
      kind: "boot",
      configuration: {
        name: options.name,
        nodeAddress: options.nodeAddress,
        gateway: network.hostAddress.replace(/\/\d+$/, ""),
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

function spawnInside(root: string, binaries: string, dataDisks: readonly DataDiskFolder[]): ChildProcess {
  const script = join(dirname(root), BOOT_SCRIPT);
  writeFileSync(script, privateRootScript({ root, binaries, dataDisks }));
  const inside = [insidePaths.node, "--disable-warning=ExperimentalWarning", MAIN];
  const unshare = ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  return spawn(
    "setpriv",
    [
      "--pdeathsig",
      "KILL",
      `--bounding-set=${WITHHELD.join(",")}`,
      "--",
      "unshare",
      ...unshare,
      "sh",
      script,
      ...inside,
    ],
    {
      // A group of its own, so that Ctrl-C in the terminal is not a signal to the machine.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Nothing of the host's environment: no credentials, no proxies.
      env: {
        PATH: `${insidePaths.commands}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: "/root",
        LANG: "C.UTF-8",
        // Small heaps: there is one of these per machine.
        NODE_OPTIONS: "--max-old-space-size=192 --max-semi-space-size=2",
      },
    },
  );
}

/** The processes of one boot, seen from outside. */
class RunningSystem {
  phase: SystemPhase = "starting";
  readonly done: Promise<ExitReason>;
  readonly #child: ChildProcess;
  readonly #ready: Promise<number>;
  readonly #listeners: ((phase: SystemPhase) => void)[] = [];
  #reason: ExitReason = "crash";

  constructor(name: string, child: ChildProcess, log: (line: string) => void) {
    this.#child = child;
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-2_000);
        // What unshare says when it is cut off is nothing of the machine's.
        if (this.#reason === "power cut") return;
        for (const line of text.split("\n")) if (line.trim() !== "") log(line);
      });
    }
    this.#ready = new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${name}: no system after ${START_MS} ms: ${said}`)),
        START_MS,
      );
      child.once("error", (error) => reject(new Error(`${name}: not started: ${error.message}`)));
      child.once("exit", (code) => reject(new Error(`${name}: ended with ${code} at its start: ${said}`)));
      child.on("message", (message: FromMachine) => {
        if (message.kind === "ready" && child.pid !== undefined) {
          clearTimeout(late);
          resolve(child.pid);
        } else if (message.kind === "log") log(message.line);
        else if (message.kind === "phase") this.#enter(message.phase);
        else if (message.kind === "off") this.#reason = message.how;
      });
      this.#clear = () => clearTimeout(late);
    });
    this.#ready.catch(() => {
      // Told to who awaits ready(); a system that dies later has been ready.
    });
    this.done = new Promise((resolve) => {
      const ended = () => {
        this.#clear();
        this.#enter("off");
        resolve(this.#reason);
      };
      child.once("exit", ended);
      child.once("error", ended);
    });
  }

  #clear: () => void = () => {};

  /** The id of the process whose network namespace is the machine's, once there is one. */
  ready(): Promise<number> {
    return this.#ready;
  }

  send(message: ToMachine): void {
    if (this.#child.connected) this.#child.send(message);
  }

  onPhase(listener: (phase: SystemPhase) => void): void {
    this.#listeners.push(listener);
  }

  async stop(): Promise<void> {
    if (this.phase !== "off") {
      this.#reason = "power cut";
      this.#kill();
    }
    await this.done;
  }

  async shutdown(): Promise<void> {
    if (this.phase === "off") return;
    this.#reason = "poweroff";
    this.send({ kind: "shutdown" });
    const late = setTimeout(() => this.#kill(), SHUTDOWN_MS);
    await this.done;
    clearTimeout(late);
  }

  /**
   * Kills process 1 of the namespace rather than its parent: the kernel ends all others with it before the parent is
   * told, so `exit` of the parent means that nothing is left.
   */
  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    let first: number | undefined;
    try {
      first =
        Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]) || undefined;
    } catch {
      // No such file in this kernel, or gone: unshare's --kill-child does it then.
    }
    try {
      process.kill(first ?? pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #enter(phase: SystemPhase): void {
    if (this.phase === phase || this.phase === "off") return;
    this.phase = phase;
    for (const listener of this.#listeners) listener(phase);
  }
}
