import type { MachinePower } from "../power/machine-power.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import type { Exchange } from "./resource.ts";
import type { SchemaName } from "./schemas.ts";

/**
 * The machine that the URI names.
 * @throws RedfishError 404 when there is none, told as the kind of resource that was asked for
 */
export function findMachine({ service, params }: Exchange, schema: SchemaName): MachinePower {
  const name = params.name ?? "";
  const machine = service.controller.find(name);
  if (!machine) throw new RedfishError(404, resourceNotFound(schema, name));
  return machine;
}
