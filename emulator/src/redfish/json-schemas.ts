import { collection } from "./collection.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { COLLECTIONS, odataType, SCHEMAS } from "./schemas.ts";
import { uris } from "./uris.ts";

/** Ids of the schemas of all that is served, e.g. `Chassis.v1_25_0`; collections have no version. */
const IDS: readonly string[] = [
  ...Object.entries(SCHEMAS).map(([name, version]) => `${name}.${version}`),
  ...COLLECTIONS,
].sort();

export const jsonSchemas: Resource = {
  uri: uris.jsonSchemas,
  entity: "JsonSchemaFileCollection",
  GET: () =>
    ok(collection(uris.jsonSchemas, "JsonSchemaFileCollection", "JSON schemas", IDS.map(uris.jsonSchema))),
};

/** Where DMTF publishes a schema. */
export const jsonSchema: Resource = {
  uri: uris.jsonSchema(":id"),
  entity: "JsonSchemaFile",
  GET: ({ params: { id = "" } }) => {
    if (!IDS.includes(id)) throw new RedfishError(404, resourceNotFound("JsonSchemaFile", id));
    const [name = ""] = id.split(".");
    return ok({
      "@odata.type": odataType("JsonSchemaFile"),
      "@odata.id": uris.jsonSchema(id),
      Id: id,
      Name: `${name} schema file`,
      Schema: `#${id}.${name}`,
      Languages: ["en"],
      Location: [{ Language: "en", PublicationUri: `http://redfish.dmtf.org/schemas/v1/${id}.json` }],
    });
  },
};
