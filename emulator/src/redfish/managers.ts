import { findMachine } from "./find-machine.ts";
import { machineCollection } from "./machine-collection.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { stableUuid } from "./stable-uuid.ts";
import { systemStatus } from "./system-status.ts";
import { link, uris } from "./uris.ts";

export const managers: Resource = {
  uri: uris.managers,
  entity: "ManagerCollection",
  GET: machineCollection([uris.managers, "ManagerCollection", "Managers"], uris.manager, [
    uris.serviceManager,
  ]),
};

/**
 * One manager for each machine: it stands for the emulator together with the machine's power device, so that the
 * device's health and firmware have a place, and no document grows with the number of machines.
 */
export const manager: Resource = {
  uri: uris.manager(":name"),
  entity: "Manager",
  GET: (exchange) => {
    const power = findMachine(exchange, "Manager");
    const { name, address } = power.machine;
    const { service } = exchange;
    return ok({
      "@odata.type": odataType("Manager"),
      "@odata.id": uris.manager(name),
      Id: name,
      Name: `Manager of ${name}`,
      ManagerType: "Service",
      UUID: stableUuid("manager", name),
      ServiceEntryPointUUID: service.uuid,
      // Of the device where it tells; else of the emulator, which is the rest of this manager.
      FirmwareVersion: power.facts.firmwareVersion ?? service.version,
      DateTime: `${new Date(service.clock.now()).toISOString().slice(0, 19)}Z`,
      DateTimeLocalOffset: "+00:00",
      Status: systemStatus(power.lastView, address),
      Links: {
        ManagerForServers: [link(uris.system(name))],
        ManagerForChassis: [link(uris.oneChassis(name))],
      },
    });
  },
};
