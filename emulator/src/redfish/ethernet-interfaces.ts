import { collection } from "./collection.ts";
import { findMachine } from "./find-machine.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

/** The machine's network cards: those of the configuration, else those that the device knows. */
export const ethernetInterfaces: Resource = {
  uri: uris.ethernetInterfaces(":name"),
  entity: "EthernetInterfaceCollection",
  GET: (exchange) => {
    const { machine, facts } = findMachine(exchange, "EthernetInterfaceCollection");
    const uri = uris.ethernetInterfaces(machine.name);
    if (facts.macs.length === 0) {
      throw new RedfishError(404, resourceNotFound("EthernetInterfaceCollection", machine.name));
    }
    const members = facts.macs.map((_, index) => uris.ethernetInterface(machine.name, String(index + 1)));
    return ok(collection(uri, "EthernetInterfaceCollection", "Ethernet interfaces", members));
  },
};

export const ethernetInterface: Resource = {
  uri: uris.ethernetInterface(":name", ":id"),
  entity: "EthernetInterface",
  GET: (exchange) => {
    const { machine, facts } = findMachine(exchange, "EthernetInterface");
    const id = exchange.params.id ?? "";
    const mac = facts.macs.find((_, index) => String(index + 1) === id);
    if (mac === undefined) throw new RedfishError(404, resourceNotFound("EthernetInterface", id));
    return ok({
      "@odata.type": odataType("EthernetInterface"),
      "@odata.id": uris.ethernetInterface(machine.name, id),
      Id: id,
      Name: `Ethernet interface ${id}`,
      Status: { State: "Enabled", Health: "OK" },
      MACAddress: mac,
      PermanentMACAddress: mac,
      Links: { Chassis: link(uris.oneChassis(machine.name)) },
    });
  },
};
