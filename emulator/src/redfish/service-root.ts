import { MOST_LEVELS } from "./query/parse-query.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, ROOT, uris } from "./uris.ts";

/** /redfish: which versions of the protocol there are. */
export const versions: Resource = {
  uri: "/redfish",
  entity: "Metadata",
  GET: () => ok({ v1: `${ROOT}/` }),
};

export const serviceRoot: Resource = {
  uri: ROOT,
  entity: "ServiceRoot",
  GET: ({ service }) =>
    ok({
      "@odata.type": odataType("ServiceRoot"),
      "@odata.id": `${ROOT}/`,
      Id: "RootService",
      Name: "edge-lab Redfish service",
      RedfishVersion: "1.20.1",
      UUID: service.uuid,
      Product: "Redfish emulator",
      // Neutral on purpose: Ironic behaves differently for names that contain e.g. "ami", "dell" or "lenovo".
      Vendor: "edge-lab",
      ProtocolFeaturesSupported: {
        ExcerptQuery: false,
        ExpandQuery: { ExpandAll: true, Levels: true, Links: true, NoLinks: true, MaxLevels: MOST_LEVELS },
        FilterQuery: true,
        OnlyMemberQuery: true,
        SelectQuery: true,
        TopSkipQuery: true,
      },
      Systems: link(uris.systems),
      Chassis: link(uris.chassis),
      Managers: link(uris.managers),
      EventService: link(uris.eventService),
      Registries: link(uris.registries),
      JsonSchemas: link(uris.jsonSchemas),
      SessionService: link(uris.sessionService),
      AccountService: link(uris.accountService),
      Links: { Sessions: link(uris.sessions) },
    }),
};
