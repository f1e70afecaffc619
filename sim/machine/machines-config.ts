import { readFileSync } from "node:fs";
import { z } from "zod";

const disk = z.strictObject({
  name: z.string().regex(/^\/dev\/\w+$/, "a device name such as /dev/nvme0n1"),
  model: z.string().min(1),
  serial: z.string().min(1),
  sizeGiB: z.number().positive(),
  rotational: z.boolean().default(false),
  wwn: z.string().optional(),
});

const machine = z.strictObject({
  /** Also the name of its simulated device. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dots and dashes only: it names a folder"),
  macs: z.array(z.string()).min(1),
  uuid: z.guid().optional(),
  bootMode: z.enum(["uefi", "bios"]).default("uefi"),
  /** What the firmware tries when nothing was forced, first to last. */
  bootOrder: z.array(z.enum(["pxe", "disk"])).default(["pxe", "disk"]),
  /** Loopback address on which its deploy agent listens. */
  agentAddress: z.string(),
  /** Address in the machines' network. */
  nodeAddress: z.ipv4(),
  cpus: z.int().positive().default(4),
  memoryMiB: z.int().positive().default(16_384),
  disks: z.array(disk).min(1),
});

const os = z.strictObject({
  /** The host's own address in the machines' network, with its prefix length. */
  hostAddress: z.cidrv4(),
  /** Folder of a Kubernetes version's binaries, by version. */
  binaries: z.record(z.string(), z.string()),
});

/** The file that `sim/machine/main.ts` is started with. */
export const machinesConfigSchema = z.strictObject({
  /** Where disks and event logs are kept. */
  stateDir: z.string().min(1),
  /** Unix socket of the simulated devices' control API. */
  devices: z.string().min(1),
  /** Unix socket of the machines' own control API. */
  control: z.string().min(1),
  /** Wall time per simulated time: 0.05 lets a boot of 60 s take 3 s. */
  timeScale: z.number().positive().default(0.05),
  /** Where machines find what they boot from the network, as DHCP would tell them: URL of Ironic's file server. */
  network: z.url(),
  /** PEM file with the authority of Ironic's API. */
  caFile: z.string().optional(),
  /** Absent: installed systems only stay on. */
  os: os.optional(),
  machines: z.array(machine).refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
    error: "two machines have the same name; give each its own",
  }),
});

export type MachinesConfig = z.infer<typeof machinesConfigSchema>;
export type MachineConfig = MachinesConfig["machines"][number];

/**
 * What the process of the machines cannot change while it runs: all but the machines and where programs lie. Text, to
 * be compared.
 */
export function processWide(config: Pick<MachinesConfig, "machines" | "os">): string {
  const { machines: _, os: system, ...rest } = config;
  return JSON.stringify({ ...rest, os: system?.hostAddress });
}

/** @throws Error that names the file and every mistake. */
export function readMachinesConfig(file: string): MachinesConfig {
  const result = machinesConfigSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`${file} is not right:\n${z.prettifyError(result.error)}`);
  return result.data;
}
