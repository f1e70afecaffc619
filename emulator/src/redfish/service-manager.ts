import { hostname } from "node:os";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { stableUuid } from "./stable-uuid.ts";
import { link, uris } from "./uris.ts";

/**
 * The emulator itself, in whose name everything that concerns no single machine is told: its log of changes and where it
 * listens. Machine names are lower case, so none of them can be called "Service".
 */
export const serviceManager: Resource = {
  uri: uris.serviceManager,
  entity: "Manager",
  GET: ({ service }) =>
    ok({
      "@odata.type": odataType("Manager"),
      "@odata.id": uris.serviceManager,
      Id: "Service",
      Name: "The Redfish emulator itself",
      ManagerType: "Service",
      UUID: stableUuid("service", service.uuid),
      ServiceEntryPointUUID: service.uuid,
      FirmwareVersion: service.version,
      DateTime: `${new Date(service.clock.now()).toISOString().slice(0, 19)}Z`,
      DateTimeLocalOffset: "+00:00",
      Status: { State: "Enabled", Health: "OK" },
      NetworkProtocol: link(uris.networkProtocol),
      LogServices: link(uris.auditLogs),
    }),
};

/** Which of the protocols that Redfish knows are there; a change is a matter of how the emulator is started. */
export const networkProtocol: Resource = {
  uri: uris.networkProtocol,
  entity: "ManagerNetworkProtocol",
  GET: ({ service: { endpoint } }) => {
    const { port, secure } = endpoint;
    const here = { ProtocolEnabled: true, Port: port };
    return ok({
      "@odata.type": odataType("ManagerNetworkProtocol"),
      "@odata.id": uris.networkProtocol,
      Id: "NetworkProtocol",
      Name: "Network protocols",
      HostName: hostname(),
      HTTP: secure ? { ProtocolEnabled: false } : here,
      HTTPS: secure ? here : { ProtocolEnabled: false },
      Status: { State: "Enabled", Health: "OK" },
    });
  },
};
