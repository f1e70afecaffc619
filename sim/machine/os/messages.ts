/** What a machine's own config drive holds (OpenStack config drive, openstack/latest/). */
export interface ConfigDrive {
  /** meta_data.json. */
  readonly metaData: Readonly<Record<string, unknown>>;
  /** user_data: a cloud-config, with `## template: jinja` on its first line where it is a template. */
  readonly userData: string;
  /** network_data.json; the machine's address comes from the sim instead, since its network is one. */
  readonly networkData?: unknown;
}

/** A further disk of a machine: its name for the system, and the folder that plays it. */
export interface DataDiskFolder {
  /** Device name, for example /dev/nvme0n1. */
  readonly name: string;
  readonly folder: string;
}

/** What the process outside tells the one inside the namespaces, once. */
export interface MachineConfiguration {
  /** The machine's name, taken as host name where the config drive has none. */
  readonly name: string;
  /** Address with prefix length, for example 172.22.0.11/24. */
  readonly nodeAddress: string;
  readonly gateway: string;
  /** The last address of the network, which no machine has. */
  readonly silentAddress: string;
  /** With a leading v: v1.34.3. */
  readonly kubernetesVersion: string;
  readonly configDrive: ConfigDrive;
  readonly dataDisks: readonly DataDiskFolder[];
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** How far a machine's system has come. */
export type SystemPhase = "starting" | "configuring" | "running" | "failed" | "off";

export type ToMachine =
  | { readonly kind: "boot"; readonly configuration: MachineConfiguration }
  | { readonly kind: "shutdown" };

export type FromMachine =
  | { readonly kind: "ready" }
  | { readonly kind: "log"; readonly line: string }
  | { readonly kind: "phase"; readonly phase: SystemPhase }
  | { readonly kind: "off"; readonly how: "poweroff" | "reboot" };
