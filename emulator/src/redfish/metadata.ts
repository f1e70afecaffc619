import { ok, type Resource } from "./resource.ts";
import { COLLECTIONS, SCHEMAS } from "./schemas.ts";
import { ROOT, uris } from "./uris.ts";

/** The OData service document (DSP0266, "OData service document"). */
export const odata: Resource = {
  uri: `${ROOT}/odata`,
  entity: "Metadata",
  GET: () => {
    const entry = (name: string, url: string): object => ({ name, kind: "Singleton", url });
    return ok({
      "@odata.context": `${ROOT}/$metadata`,
      value: [
        entry("Service", `${ROOT}/`),
        entry("Systems", uris.systems),
        entry("Chassis", uris.chassis),
        entry("Managers", uris.managers),
        entry("EventService", uris.eventService),
        entry("Registries", uris.registries),
        entry("JsonSchemas", uris.jsonSchemas),
        entry("SessionService", uris.sessionService),
        entry("Sessions", uris.sessions),
        entry("AccountService", uris.accountService),
      ],
    });
  },
};

/** The CSDL metadata document: references to DMTF's schemas of what is served. */
export const metadata: Resource = {
  uri: `${ROOT}/$metadata`,
  entity: "Metadata",
  GET: () => ({ status: 200, body: document, headers: { "Content-Type": "application/xml; charset=utf-8" } }),
};

function reference(schema: string, versions: readonly string[]): string {
  const includes = [schema, ...versions.map((version) => `${schema}.${version}`)]
    .map((namespace) => `<edmx:Include Namespace="${namespace}"/>`)
    .join("");
  return `<edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/${schema}_v1.xml">${includes}</edmx:Reference>`;
}

const document = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
  ...Object.entries(SCHEMAS).map(([schema, version]) => reference(schema, [version])),
  ...COLLECTIONS.map((schema) => reference(schema, [])),
  reference("Message", ["v1_2_0"]),
  reference("Event", ["v1_12_0"]),
  '<edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml">',
  '<edmx:Include Namespace="RedfishExtensions.v1_0_0" Alias="Redfish"/></edmx:Reference>',
  "<edmx:DataServices>",
  '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">',
  `<EntityContainer Name="Service" Extends="ServiceRoot.${SCHEMAS.ServiceRoot}.ServiceContainer"/>`,
  "</Schema>",
  "</edmx:DataServices>",
  "</edmx:Edmx>",
  "",
].join("\n");
