import type { MachineFacts } from "../power/machine-facts.ts";
import { collection } from "./collection.ts";
import { findMachine } from "./find-machine.ts";
import { knownProperties } from "./known-properties.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

/** Redfish's two words for what the configuration calls the architecture (Processor schema). */
const ARCHITECTURES = {
  x86_64: { ProcessorArchitecture: "x86", InstructionSet: "x86-64" },
  aarch64: { ProcessorArchitecture: "ARM", InstructionSet: "ARM-A64" },
} as const;

/**
 * How many Processor resources there are: all processors, or none where a fact is missing that Ironic's interoperability
 * profile makes mandatory as soon as there is a Processor (ProcessorArchitecture, TotalThreads).
 */
export function processorCount({ processors: { count = 0, architecture, threads } }: MachineFacts): number {
  return architecture !== undefined && threads !== undefined ? count : 0;
}

export const processors: Resource = {
  uri: uris.processors(":name"),
  entity: "ProcessorCollection",
  GET: (exchange) => {
    const { machine, facts } = findMachine(exchange, "ProcessorCollection");
    const count = processorCount(facts);
    if (count === 0) throw new RedfishError(404, resourceNotFound("ProcessorCollection", machine.name));
    const members = Array.from({ length: count }, (_, index) => uris.processor(machine.name, `CPU${index}`));
    return ok(collection(uris.processors(machine.name), "ProcessorCollection", "Processors", members));
  },
};

export const processor: Resource = {
  uri: uris.processor(":name", ":id"),
  entity: "Processor",
  GET: (exchange) => {
    const { machine, facts } = findMachine(exchange, "Processor");
    const id = exchange.params.id ?? "";
    const { architecture, model, cores, threads } = facts.processors;
    const index = /^CPU(0|[1-9]\d*)$/.exec(id)?.[1];
    if (architecture === undefined || index === undefined || Number(index) >= processorCount(facts))
      throw new RedfishError(404, resourceNotFound("Processor", id));
    return ok({
      "@odata.type": odataType("Processor"),
      "@odata.id": uris.processor(machine.name, id),
      Id: id,
      Name: `Processor ${index}`,
      ProcessorType: "CPU",
      ...ARCHITECTURES[architecture],
      ...knownProperties({ Model: model, TotalCores: cores }),
      TotalThreads: threads,
      Status: { State: "Enabled", Health: "OK" },
    });
  },
};
