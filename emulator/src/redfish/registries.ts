import { collection } from "./collection.ts";
import { EVENT_REGISTRY, eventRegistry } from "./event-registry.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type JsonObject, ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

/** The registries whose messages are used: DMTF's stays where DMTF publishes it, the emulator's own is here. */
const FILES: Readonly<Record<string, { readonly Registry: string; readonly Location: JsonObject }>> = {
  Base: {
    Registry: "Base.1.22",
    Location: { Language: "en", PublicationUri: "https://redfish.dmtf.org/registries/Base.1.22.0.json" },
  },
  [EVENT_REGISTRY.prefix]: {
    Registry: `${EVENT_REGISTRY.prefix}.1.0`,
    Location: { Language: "en", Uri: uris.registryContent(EVENT_REGISTRY.prefix) },
  },
};

export const registries: Resource = {
  uri: uris.registries,
  entity: "MessageRegistryFileCollection",
  GET: () =>
    ok(
      collection(
        uris.registries,
        "MessageRegistryFileCollection",
        "Message registries",
        Object.keys(FILES).map(uris.registry),
      ),
    ),
};

export const registry: Resource = {
  uri: uris.registry(":id"),
  entity: "MessageRegistryFile",
  GET: ({ params: { id = "" } }) => {
    const file = Object.hasOwn(FILES, id) ? FILES[id] : undefined;
    if (!file) throw new RedfishError(404, resourceNotFound("MessageRegistryFile", id));
    return ok({
      "@odata.type": odataType("MessageRegistryFile"),
      "@odata.id": uris.registry(id),
      Id: id,
      Name: `${id} message registry`,
      Registry: file.Registry,
      Languages: ["en"],
      Location: [file.Location],
    });
  },
};

export const registryContent: Resource = {
  uri: uris.registryContent(EVENT_REGISTRY.prefix),
  entity: "MessageRegistryFile",
  GET: () => ok(eventRegistry),
};
