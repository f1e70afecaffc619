import type { MachineConfig } from "../config.ts";
import type { DeviceIdentity } from "../drivers/driver.ts";
import type { MachineFactsConfig } from "../machine-facts-config.ts";

type Processors = NonNullable<MachineFactsConfig["processors"]>;

/** What is known about a machine, by whomever. What nobody knows is absent, never guessed. */
export interface MachineFacts extends Readonly<Omit<MachineFactsConfig, "processors">> {
  readonly uuid?: string | undefined;
  /** Version of the power device's own firmware. */
  readonly firmwareVersion?: string | undefined;
  readonly processors: Readonly<Processors>;
  /** Lower case, colons. */
  readonly macs: readonly string[];
}

/** Puts together what the configuration and the device say of a machine; fact by fact, the configuration wins. */
export function machineFacts(machine: MachineConfig, identity: DeviceIdentity): MachineFacts {
  const { facts = {}, uuid, macs } = machine;
  const { processors = {} } = facts;
  return {
    uuid: uuid ?? identity.uuid,
    manufacturer: facts.manufacturer,
    model: facts.model ?? identity.model,
    serialNumber: facts.serialNumber ?? identity.serialNumber,
    biosVersion: facts.biosVersion ?? identity.biosVersion,
    firmwareVersion: identity.firmwareVersion,
    disks: facts.disks,
    memoryGiB: facts.memoryGiB ?? identity.memoryGiB,
    processors: {
      ...processors,
      count: processors.count ?? identity.processor?.count,
      model: processors.model ?? identity.processor?.model,
    },
    macs: macs.length > 0 ? macs.map((mac) => mac.toLowerCase()) : (identity.macs ?? []),
  };
}
