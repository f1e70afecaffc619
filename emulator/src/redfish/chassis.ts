import { collection } from "./collection.ts";
import { findMachine } from "./find-machine.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

export const chassis: Resource = {
  uri: uris.chassis,
  entity: "ChassisCollection",
  GET: ({ service }) => {
    const members = service.controller.machines.map(({ machine }) => uris.oneChassis(machine.name));
    return ok(collection(uris.chassis, "ChassisCollection", "Chassis", members));
  },
};

/** The box of one machine. */
export const oneChassis: Resource = {
  uri: uris.oneChassis(":name"),
  entity: "Chassis",
  GET: (exchange) => {
    const { machine } = findMachine(exchange, "Chassis");
    return ok({
      "@odata.type": odataType("Chassis"),
      "@odata.id": uris.oneChassis(machine.name),
      Id: machine.name,
      Name: `Chassis of ${machine.name}`,
      ChassisType: "StandAlone",
      Status: { State: "Enabled", Health: "OK" },
      Links: {
        ComputerSystems: [link(uris.system(machine.name))],
        ManagedBy: [link(uris.manager(machine.name))],
      },
    });
  },
};
