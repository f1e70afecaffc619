import type { JsonObject } from "../resource.ts";
import { expandLinks, type Fetch } from "./expand-links.ts";
import type { Query } from "./parse-query.ts";
import { selectProperties } from "./select-properties.ts";

/** A payload as its query wants it, in the order of DSP0266: $filter, $skip, $top, $expand, $select. */
export async function applyQuery(payload: JsonObject, query: Query, fetch: Fetch): Promise<JsonObject> {
  const { expand, select } = query;
  const members = await wantedMembers(payload, query, fetch);
  const expanded = expand ? await expandLinks(members, expand, fetch) : members;
  return select ? selectProperties(expanded, select) : expanded;
}

async function wantedMembers(payload: JsonObject, query: Query, fetch: Fetch): Promise<JsonObject> {
  const { only, filter, skip = 0, top } = query;
  const links = membersOf(payload);
  const [first] = links;
  if (only && links.length === 1 && first) return (await fetch(first["@odata.id"])) ?? payload;
  if (!filter && skip === 0 && top === undefined) return payload;
  const kept = filter ? await filtered(links, filter, fetch) : links;
  return {
    ...payload,
    // Of all that fit, not of those shown.
    "Members@odata.count": kept.length,
    Members: kept.slice(skip, top === undefined ? undefined : skip + top),
  };
}

async function filtered(
  links: readonly Link[],
  filter: NonNullable<Query["filter"]>,
  fetch: Fetch,
): Promise<Link[]> {
  const members = await Promise.all(
    links.map(async (link) => ({ link, member: await fetch(link["@odata.id"]) })),
  );
  return members.filter(({ member }) => member !== undefined && filter(member)).map(({ link }) => link);
}

interface Link {
  readonly "@odata.id": string;
}

function membersOf({ Members: members }: JsonObject): readonly Link[] {
  return Array.isArray(members) ? (members as Link[]) : [];
}
