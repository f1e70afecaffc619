import type { MachinePower } from "../power/machine-power.ts";
import { collection } from "./collection.ts";
import { type Handler, ok, type Reply } from "./resource.ts";
import type { SchemaName } from "./schemas.ts";

/**
 * Answers a collection with a member for each machine, made once for each inventory: making that of a thousand machines takes longer
 * than all else of a request.
 * @param member the URI of a machine's
 * @param others URIs of members besides
 */
export function machineCollection(
  [uri, schema, name]: readonly [uri: string, schema: SchemaName, name: string],
  member: (machine: string) => string,
  others: readonly string[] = [],
): Handler {
  // By the list itself: another inventory is another list.
  const made = new WeakMap<readonly MachinePower[], Reply>();
  return ({ service }) => {
    const { machines } = service.controller;
    const before = made.get(machines);
    if (before) return before;
    const members = machines.map(({ machine }) => member(machine.name));
    const reply = { ...ok(collection(uri, schema, name, [...members, ...others])), kept: true };
    made.set(machines, reply);
    return reply;
  };
}
