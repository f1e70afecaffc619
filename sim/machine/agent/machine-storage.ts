import type { MachineDisk } from "../machine-disk.ts";
import { AgentError } from "./agent-error.ts";
import { type BlockDevice, blockDevice } from "./block-device.ts";
import { DeviceHints } from "./device-hints.ts";

const SMALLEST_ROOT_BYTES = 4 * 1024 ** 3;

/** As much of an Ironic node as decides which disks are touched. */
export interface NodeDisks {
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly instance_info?: Readonly<Record<string, unknown>> | undefined;
}

/** The machine's disks, and which of them a node's hints mean (project ironic-python-agent, hardware.py). */
export class MachineStorage {
  readonly #disks: readonly MachineDisk[];
  readonly #tooSmall: () => boolean;

  constructor(disks: readonly MachineDisk[], tooSmall: () => boolean) {
    this.#disks = disks;
    this.#tooSmall = tooSmall;
  }

  get devices(): readonly BlockDevice[] {
    return this.#disks.map((disk, position) => blockDevice(disk, position, this.#tooSmall()));
  }

  /** The disks that the node does not keep from the agent by `properties.skip_block_devices`. */
  usable(node: NodeDisks): readonly BlockDevice[] {
    const skipped = (list(node.properties?.skip_block_devices) ?? [])
      .filter((hints) => !("volume_name" in hints))
      .map((hints) => new DeviceHints(hints));
    return this.devices.filter((device) => !skipped.some((hints) => hints.match(device)));
  }

  /**
   * The disk for the image: the first that the instance's or the node's root device hints match; without hints the
   * smallest of at least 4 GiB, by name among equals.
   * @throws AgentError DeviceNotFound
   */
  rootDevice(node: NodeDisks): BlockDevice {
    const wanted = object(node.instance_info?.root_device) ?? object(node.properties?.root_device);
    if (wanted === undefined) return this.#smallest(this.usable(node));
    let hints: DeviceHints;
    try {
      hints = new DeviceHints(wanted);
    } catch (error) {
      throw new AgentError(
        "DeviceNotFound",
        `No devices could be found using the root device hints ${JSON.stringify(wanted)} because they failed to ` +
          `validate. Error: ${(error as Error).message}`,
      );
    }
    const found = this.usable(node).find((device) => hints.match(device));
    if (found === undefined) {
      throw new AgentError(
        "DeviceNotFound",
        `No suitable device was found for deployment using these hints ${JSON.stringify(wanted)}`,
      );
    }
    return found;
  }

  disk(name: string): MachineDisk {
    const found = this.#disks.find(({ model }) => model.name === name);
    if (found === undefined) throw new AgentError("DeviceNotFound", `${name} is not a disk of this machine`);
    return found;
  }

  #smallest(devices: readonly BlockDevice[]): BlockDevice {
    const [found] = devices
      .filter(({ size }) => size >= SMALLEST_ROOT_BYTES)
      .sort((one, other) => one.size - other.size || (one.name < other.name ? -1 : 1));
    if (found !== undefined) return found;
    throw new AgentError(
      "DeviceNotFound",
      "No suitable device was found for deployment - root device hints were not provided and all found block devices " +
        `are smaller than ${SMALLEST_ROOT_BYTES}B.`,
    );
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  return Array.isArray(value) ? value.map((entry) => object(entry) ?? {}) : undefined;
}
