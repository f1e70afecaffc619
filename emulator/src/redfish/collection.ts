import { odataType, type SchemaName } from "./schemas.ts";
import { link } from "./uris.ts";

/** Payload of a resource collection. */
export function collection(
  uri: string,
  schema: SchemaName,
  name: string,
  members: readonly string[],
): object {
  return {
    "@odata.type": odataType(schema),
    "@odata.id": uri,
    Name: name,
    "Members@odata.count": members.length,
    Members: members.map(link),
  };
}
