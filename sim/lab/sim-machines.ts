import type { LabConfig } from "../../components/config/index.ts";
import type { DiskModel } from "../machine/machine-disk.ts";
import type { SimDevice } from "./sim-lab.ts";

/** The machine behind a simulated device: hardware that fits what the lab's configuration says of the host. */
export interface SimMachine {
  readonly name: string;
  readonly macs: readonly string[];
  readonly uuid?: string;
  readonly bootMode: "uefi" | "bios";
  readonly bootOrder: readonly ("pxe" | "disk")[];
  readonly agentAddress: string;
  readonly nodeAddress: string;
  readonly disks: readonly DiskModel[];
}

export interface SimMachines {
  /** The host's own address in the machines' network, with its prefix length. */
  readonly hostAddress: string;
  /** URL of what machines boot from the network: Ironic's file server. */
  readonly network: string;
  readonly machines: readonly SimMachine[];
}

type Host = LabConfig["hosts"][number];

/** ironic-standalone-operator's spec.networking.imageServerPort, which the lab leaves alone. */
const FILES_PORT = 6180;
const FIRST_MACHINE = 11;
const DATA_DISK_GIB = 500;
const LEAST_ROOT_GIB = 64;
/** The sims' machines when no cluster says where they live. */
const NO_CLUSTER = "172.22.0.0";

/**
 * The machines of a lab. Their network is the /24 of the first cluster's endpoint; a host's place in the list is its
 * address there, unless it has one already.
 * @param before the machines so far: one that is there still keeps its place, and no other gets it.
 */
export function simMachines(
  config: LabConfig,
  devices: readonly SimDevice[],
  before: readonly Pick<SimMachine, "name" | "nodeAddress">[] = [],
): SimMachines {
  const endpoint = config.clusters[0]?.endpoint.host ?? NO_CLUSTER;
  const network = endpoint.split(".").slice(0, 3).join(".");
  const { address } = config.infra.provisioning;
  const [a, b, c] = address.split(".").map(Number);
  const places = placesOf(
    config.hosts.map(({ name }) => name),
    before,
  );
  return {
    hostAddress: `${network}.1/24`,
    network: `http://${address}:${FILES_PORT}`,
    machines: config.hosts.map((host, index) => ({
      name: host.name,
      macs: host.macs,
      ...(host.uuid ? { uuid: host.uuid } : {}),
      bootMode: host.bootMode === "legacy" ? "bios" : "uefi",
      // A plug cannot choose, so its machine has the network first; the M920q as it is delivered has the disk first.
      bootOrder: devices[index]?.kind === "amt" ? ["disk", "pxe"] : ["pxe", "disk"],
      agentAddress: `${a}.${b}.${(c ?? 0) + 1}.${places.get(host.name)}`,
      nodeAddress: `${network}.${places.get(host.name)}`,
      disks: disksOf(host),
    })),
  };
}

/** The last byte of each machine's addresses. */
function placesOf(
  names: readonly string[],
  before: readonly Pick<SimMachine, "name" | "nodeAddress">[],
): Map<string, number> {
  const places = new Map(
    before.map(({ name, nodeAddress }) => [name, Number(nodeAddress.split(".").at(-1))] as const),
  );
  const taken = new Set(places.values());
  let next = FIRST_MACHINE;
  for (const name of names) {
    if (places.has(name)) continue;
    while (taken.has(next)) next += 1;
    taken.add(next);
    places.set(name, next);
  }
  return places;
}

/** A root disk that the host's hints find, and the declared data disks. */
function disksOf({ name, rootDeviceHints: hints = {}, dataDisks }: Host): DiskModel[] {
  const taken = new Set(dataDisks.map(({ device }) => device));
  const free = ["/dev/nvme0n1", "/dev/sda", "/dev/sdb"].find((device) => !taken.has(device)) ?? "/dev/sdz";
  const named = hints.deviceName?.startsWith("/dev/disk/") ? undefined : hints.deviceName;
  const root: DiskModel = {
    name: named ?? free,
    model: hints.model ?? "SIMULATED DISK",
    serial: hints.serialNumber ?? `SIM-${name}-0`,
    sizeGiB: Math.max(LEAST_ROOT_GIB, Math.ceil((hints.minSizeGigabytes ?? 0) * 1.2)),
    rotational: hints.rotational ?? false,
    ...(hints.wwn ? { wwn: hints.wwn } : {}),
  };
  const data = dataDisks.map(
    ({ device }, index): DiskModel => ({
      name: device,
      model: "SIMULATED DATA DISK",
      serial: `SIM-${name}-${index + 1}`,
      sizeGiB: DATA_DISK_GIB,
      rotational: false,
    }),
  );
  return [root, ...data];
}
