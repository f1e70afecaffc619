import { collection } from "./collection.ts";
import { findMachine } from "./find-machine.ts";
import { knownProperties } from "./known-properties.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

export const simpleStorages: Resource = {
  uri: uris.simpleStorages(":name"),
  entity: "SimpleStorageCollection",
  GET: (exchange) => {
    const { machine, facts } = findMachine(exchange, "SimpleStorageCollection");
    const { name } = machine;
    if (!facts.disks) throw new RedfishError(404, resourceNotFound("SimpleStorageCollection", name));
    const members = [uris.simpleStorage(name)];
    return ok(collection(uris.simpleStorages(name), "SimpleStorageCollection", "Storage", members));
  },
};

/**
 * The disks that the configuration knows. Not as Storage, which wants controllers, drives and volumes, of which nobody
 * outside the machine knows anything.
 */
export const simpleStorage: Resource = {
  uri: uris.simpleStorage(":name"),
  entity: "SimpleStorage",
  GET: (exchange) => {
    const { machine, facts } = findMachine(exchange, "SimpleStorage");
    const { name } = machine;
    if (!facts.disks) throw new RedfishError(404, resourceNotFound("SimpleStorage", name));
    return ok({
      "@odata.type": odataType("SimpleStorage"),
      "@odata.id": uris.simpleStorage(name),
      Id: "Disks",
      Name: `Disks of ${name}`,
      Devices: facts.disks.map(({ model, manufacturer, capacityGB }, index) => ({
        Name: `Disk ${index + 1}`,
        ...knownProperties({ Model: model, Manufacturer: manufacturer }),
        CapacityBytes: Math.round(capacityGB * 1e9),
        Status: { State: "Enabled", Health: "OK" },
      })),
      Status: { State: "Enabled", Health: "OK" },
      Links: { Chassis: link(uris.oneChassis(name)) },
    });
  },
};
