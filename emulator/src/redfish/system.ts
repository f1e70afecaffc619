import type { MachineFacts } from "../power/machine-facts.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import { readBootPatch } from "./boot-patch.ts";
import { checkIfMatch, etagOf } from "./etag.ts";
import { findMachine } from "./find-machine.ts";
import { knownProperties } from "./known-properties.ts";
import { about, emptyJson, type Message, propertyNotWritable, propertyUnknown } from "./messages.ts";
import { processorCount } from "./processors.ts";
import { RedfishError } from "./redfish-error.ts";
import { type JsonObject, ok, type Reply, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { stableUuid } from "./stable-uuid.ts";
import { systemStatus } from "./system-status.ts";
import { link, uris } from "./uris.ts";

/** One machine: power, boot override, links. What its driver cannot do is not offered. */
export const system: Resource = {
  uri: uris.system(":name"),
  entity: "ComputerSystem",
  GET: async (exchange) => {
    const machine = findMachine(exchange, "ComputerSystem");
    return systemReply(machine, await machine.view());
  },
  PATCH: async (exchange) => {
    const machine = findMachine(exchange, "ComputerSystem");
    checkIfMatch(exchange.ifMatch, etagOf(machine.boot));
    const { Boot: boot, ...others } = exchange.body;
    const problems = otherProperties(machine, others);
    if (boot === undefined) throw new RedfishError(400, problems.length > 0 ? problems : emptyJson());
    const outcome = readBootPatch(boot, machine.bootTargets);
    if ("problems" in outcome) throw new RedfishError(400, [...outcome.problems, ...problems]);
    const { target, enabled, mode } = { ...machine.boot, ...outcome.change };
    exchange.service.audit.record({
      kind: "boot",
      machine: machine.machine.name,
      outcome: "done",
      message: `boot override: ${target}, ${enabled}, ${mode}`,
    });
    await machine.setBoot(outcome.change);
    // DSP0266: what could be changed was changed, and the answer says what could not.
    const annotation = problems.length > 0 ? { "@Message.ExtendedInfo": problems } : {};
    return ok({ ...payload(machine, machine.lastView), ...annotation }, etagOf(machine.boot));
  },
};

/** What a GET of a machine answers. */
export function systemReply(machine: MachinePower, view: PowerView): Reply & { readonly body: JsonObject } {
  const etag = etagOf(machine.boot);
  return { status: 200, etag, body: { ...payload(machine, view), "@odata.etag": etag } };
}

function payload(power: MachinePower, view: PowerView): JsonObject {
  const { machine, facts } = power;
  return {
    "@odata.type": odataType("ComputerSystem"),
    "@odata.id": uris.system(machine.name),
    Id: machine.name,
    Name: machine.name,
    Description: power.bootIsAdvisory
      ? "The boot override is advisory: the power device cannot choose a boot device, the firmware's boot order decides."
      : "The power device applies the boot override at the next start.",
    SystemType: "Physical",
    HostName: machine.name,
    UUID: facts.uuid ?? stableUuid("system", machine.name),
    ...knownProperties({
      Manufacturer: facts.manufacturer,
      Model: facts.model,
      SerialNumber: facts.serialNumber,
      BiosVersion: facts.biosVersion,
      MemorySummary: facts.memoryGiB && { TotalSystemMemoryGiB: facts.memoryGiB },
      ProcessorSummary: processorSummary(facts),
    }),
    Status: systemStatus(view, machine.address),
    // A sleeping machine is no paused virtual machine, and Ironic takes Paused for "unknown" and forces the power.
    PowerState: view.power === "Paused" ? "On" : view.power,
    Boot: {
      BootSourceOverrideTarget: power.boot.target,
      "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", ...power.bootTargets],
      BootSourceOverrideEnabled: power.boot.enabled,
      "BootSourceOverrideEnabled@Redfish.AllowableValues": ["Disabled", "Once", "Continuous"],
      BootSourceOverrideMode: power.boot.mode,
      "BootSourceOverrideMode@Redfish.AllowableValues": ["UEFI", "Legacy"],
    },
    ...(facts.macs.length > 0 && { EthernetInterfaces: link(uris.ethernetInterfaces(machine.name)) }),
    ...(facts.disks && { SimpleStorage: link(uris.simpleStorages(machine.name)) }),
    LogServices: link(uris.machineLogs(machine.name)),
    ...(processorCount(facts) > 0 && { Processors: link(uris.processors(machine.name)) }),
    Links: {
      Chassis: [link(uris.oneChassis(machine.name))],
      ManagedBy: [link(uris.manager(machine.name))],
    },
    Actions: {
      "#ComputerSystem.Reset": {
        target: uris.systemReset(machine.name),
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

/** Complaints about properties other than Boot; OData annotations are let pass, as DSP0266 asks. */
function otherProperties(machine: MachinePower, others: JsonObject): Message[] {
  const known = payload(machine, machine.lastView);
  return Object.keys(others)
    .filter((property) => !property.includes("@"))
    .map((property) =>
      about(
        property,
        Object.hasOwn(known, property) ? propertyNotWritable(property) : propertyUnknown(property),
      ),
    );
}
