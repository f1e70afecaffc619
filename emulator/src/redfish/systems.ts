import { collection } from "./collection.ts";
import { ok, type Resource } from "./resource.ts";
import { uris } from "./uris.ts";

export const systems: Resource = {
  uri: uris.systems,
  entity: "ComputerSystemCollection",
  GET: ({ service }) => {
    const members = service.controller.machines.map(({ machine }) => uris.system(machine.name));
    return ok(collection(uris.systems, "ComputerSystemCollection", "Computer systems", members));
  },
};
