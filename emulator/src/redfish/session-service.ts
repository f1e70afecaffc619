import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

export const sessionService: Resource = {
  uri: uris.sessionService,
  entity: "SessionService",
  GET: ({ service }) =>
    ok({
      "@odata.type": odataType("SessionService"),
      "@odata.id": uris.sessionService,
      Id: "SessionService",
      Name: "Session service",
      Status: { State: "Enabled", Health: "OK" },
      ServiceEnabled: true,
      SessionTimeout: service.sessions.timeoutSeconds,
      Sessions: link(uris.sessions),
    }),
};
