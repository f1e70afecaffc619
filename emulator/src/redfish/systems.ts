import { machineCollection } from "./machine-collection.ts";
import type { Resource } from "./resource.ts";
import { uris } from "./uris.ts";

export const systems: Resource = {
  uri: uris.systems,
  entity: "ComputerSystemCollection",
  GET: machineCollection([uris.systems, "ComputerSystemCollection", "Computer systems"], uris.system),
};
