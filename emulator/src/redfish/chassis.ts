import { findMachine } from "./find-machine.ts";
import { knownProperties } from "./known-properties.ts";
import { machineCollection } from "./machine-collection.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

export const chassis: Resource = {
  uri: uris.chassis,
  entity: "ChassisCollection",
  GET: machineCollection([uris.chassis, "ChassisCollection", "Chassis"], uris.oneChassis),
};

/** The box of one machine. */
export const oneChassis: Resource = {
  uri: uris.oneChassis(":name"),
  entity: "Chassis",
  GET: (exchange) => {
    const { machine, facts, measuresEnergy } = findMachine(exchange, "Chassis");
    const { manufacturer, model, serialNumber } = facts;
    return ok({
      "@odata.type": odataType("Chassis"),
      "@odata.id": uris.oneChassis(machine.name),
      Id: machine.name,
      Name: `Chassis of ${machine.name}`,
      ChassisType: "StandAlone",
      ...knownProperties({ Manufacturer: manufacturer, Model: model, SerialNumber: serialNumber }),
      Status: { State: "Enabled", Health: "OK" },
      ...(measuresEnergy && {
        EnvironmentMetrics: link(uris.environmentMetrics(machine.name)),
        Sensors: link(uris.sensors(machine.name)),
      }),
      Links: {
        ComputerSystems: [link(uris.system(machine.name))],
        ManagedBy: [link(uris.manager(machine.name))],
      },
    });
  },
};
