import type { BootSettings } from "../power/boot-settings.ts";
import type { MachineFacts } from "../power/machine-facts.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import { knownProperties } from "./known-properties.ts";
import { processorCount } from "./processors.ts";
import type { JsonObject } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { stableUuid } from "./stable-uuid.ts";
import { type StatusInputs, systemStatus } from "./system-status.ts";
import { link, uris } from "./uris.ts";

/** All that a System is shown by: from equal inputs comes the same payload, at any time. */
export interface SystemInputs {
  readonly name: string;
  readonly address: string;
  readonly facts: MachineFacts;
  readonly boot: BootSettings;
  readonly bootTargets: MachinePower["bootTargets"];
  readonly bootIsAdvisory: boolean;
  readonly view: StatusInputs & Pick<PowerView, "power" | "resetTypes">;
}

/** How a machine is now. The age of its state is among it only where it is told: it is another one each time. */
export function systemInputs(machine: MachinePower, view: PowerView): SystemInputs {
  const { power, resetTypes, failure, unsettled, age } = view;
  return {
    name: machine.machine.name,
    address: machine.machine.address,
    facts: machine.facts,
    boot: machine.boot,
    bootTargets: machine.bootTargets,
    bootIsAdvisory: machine.bootIsAdvisory,
    view: { power, resetTypes, failure, unsettled, age: failure && age },
  };
}

/** Whether both make the same payload; may say no where they do, for their parts are compared by identity: nobody changes them. */
export function sameInputs(one: SystemInputs, other: SystemInputs): boolean {
  const [view, seen] = [one.view, other.view];
  return (
    one.name === other.name &&
    one.address === other.address &&
    one.facts === other.facts &&
    one.boot === other.boot &&
    one.bootTargets === other.bootTargets &&
    one.bootIsAdvisory === other.bootIsAdvisory &&
    view.power === seen.power &&
    view.resetTypes === seen.resetTypes &&
    view.failure === seen.failure &&
    view.unsettled === seen.unsettled &&
    view.age === seen.age
  );
}

/** Pure: what is shown is in the inputs or fixed. */
export function systemPayload(inputs: SystemInputs): JsonObject {
  const { name, address, facts, boot, bootTargets, bootIsAdvisory, view } = inputs;
  return {
    "@odata.type": odataType("ComputerSystem"),
    "@odata.id": uris.system(name),
    Id: name,
    Name: name,
    Description: bootIsAdvisory
      ? "The boot override is advisory: the power device cannot choose a boot device, the firmware's boot order decides."
      : "The power device applies the boot override at the next start.",
    SystemType: "Physical",
    HostName: name,
    UUID: facts.uuid ?? stableUuid("system", name),
    ...knownProperties({
      Manufacturer: facts.manufacturer,
      Model: facts.model,
      SerialNumber: facts.serialNumber,
      BiosVersion: facts.biosVersion,
      MemorySummary: facts.memoryGiB && { TotalSystemMemoryGiB: facts.memoryGiB },
      ProcessorSummary: processorSummary(facts),
    }),
    Status: systemStatus(view, address),
    // A sleeping machine is no paused virtual machine, and Ironic takes Paused for "unknown" and forces the power.
    PowerState: view.power === "Paused" ? "On" : view.power,
    Boot: {
      BootSourceOverrideTarget: boot.target,
      "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", ...bootTargets],
      BootSourceOverrideEnabled: boot.enabled,
      "BootSourceOverrideEnabled@Redfish.AllowableValues": ["Disabled", "Once", "Continuous"],
      BootSourceOverrideMode: boot.mode,
      "BootSourceOverrideMode@Redfish.AllowableValues": ["UEFI", "Legacy"],
    },
    ...(facts.macs.length > 0 && { EthernetInterfaces: link(uris.ethernetInterfaces(name)) }),
    ...(facts.disks && { SimpleStorage: link(uris.simpleStorages(name)) }),
    LogServices: link(uris.machineLogs(name)),
    ...(processorCount(facts) > 0 && { Processors: link(uris.processors(name)) }),
    Links: {
      Chassis: [link(uris.oneChassis(name))],
      ManagedBy: [link(uris.manager(name))],
    },
    Actions: {
      "#ComputerSystem.Reset": {
        target: uris.systemReset(name),
        "ResetType@Redfish.AllowableValues": view.resetTypes,
      },
    },
  };
}

/** Of all processors together; undefined when nothing is known of them. */
function processorSummary({ processors }: MachineFacts): JsonObject | undefined {
  const { count, model, cores, threads } = processors;
  const all = (each: number | undefined): number | undefined => count && each && count * each;
  const summary = knownProperties({
    Count: count,
    Model: model,
    CoreCount: all(cores),
    LogicalProcessorCount: all(threads),
  });
  return Object.keys(summary).length > 0 ? summary : undefined;
}
