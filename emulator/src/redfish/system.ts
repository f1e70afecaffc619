import type { MachinePower } from "../power/machine-power.ts";
import { readBootPatch } from "./boot-patch.ts";
import { checkIfMatch, etagOf } from "./etag.ts";
import { findMachine } from "./find-machine.ts";
import { about, emptyJson, type Message, propertyNotWritable, propertyUnknown } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type JsonObject, ok, type Reply, type Resource } from "./resource.ts";
import { type SystemInputs, systemInputs, systemPayload } from "./system-payload.ts";
import { uris } from "./uris.ts";

/** One machine: power, boot override, links. What its driver cannot do is not offered. */
export const system: Resource = {
  uri: uris.system(":name"),
  entity: "ComputerSystem",
  GET: async (exchange) => {
    const machine = findMachine(exchange, "ComputerSystem");
    return systemReply(systemInputs(machine, await machine.view()));
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
    const { body, etag } = systemReply(systemInputs(machine, machine.lastView));
    return ok({ ...body, ...annotation }, etag);
  },
};

/** What a GET of a machine answers. */
export function systemReply(
  inputs: SystemInputs,
): Pick<Reply, "status"> & { readonly etag: string; readonly body: JsonObject } {
  const etag = etagOf(inputs.boot);
  return { status: 200, etag, body: { ...systemPayload(inputs), "@odata.etag": etag } };
}

/** Complaints about properties other than Boot; OData annotations are let pass, as DSP0266 asks. */
function otherProperties(machine: MachinePower, others: JsonObject): Message[] {
  const known = systemPayload(systemInputs(machine, machine.lastView));
  return Object.keys(others)
    .filter((property) => !property.includes("@"))
    .map((property) =>
      about(
        property,
        Object.hasOwn(known, property) ? propertyNotWritable(property) : propertyUnknown(property),
      ),
    );
}
