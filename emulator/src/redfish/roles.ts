import { ROLES, type Role } from "../auth/privileges.ts";
import { collection } from "./collection.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

export const roles: Resource = {
  uri: uris.roles,
  entity: "RoleCollection",
  GET: () => ok(collection(uris.roles, "RoleCollection", "Roles", Object.keys(ROLES).map(uris.role))),
};

/** One of the predefined roles, which nobody can change (DSP0266, "Roles"). */
export const role: Resource = {
  uri: uris.role(":id"),
  entity: "Role",
  GET: ({ params: { id = "" } }) => {
    if (!isRole(id)) throw new RedfishError(404, resourceNotFound("Role", id));
    return ok({
      "@odata.type": odataType("Role"),
      "@odata.id": uris.role(id),
      Id: id,
      RoleId: id,
      Name: `${id} role`,
      IsPredefined: true,
      AssignedPrivileges: [...ROLES[id]],
    });
  },
};

function isRole(id: string): id is Role {
  return Object.hasOwn(ROLES, id);
}
