import type { Account } from "../auth/account.ts";
import { etagOf } from "./etag.ts";
import type { JsonObject } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

/** A ManagerAccount; its password is always null (DSP0266). */
export function accountPayload(account: Account): JsonObject {
  const { id, username, role, enabled, passwordChangeRequired, origin } = account;
  return {
    "@odata.type": odataType("ManagerAccount"),
    "@odata.id": uris.account(id),
    Id: id,
    Name: "User account",
    Description:
      origin === "configuration"
        ? "A user of the emulator's configuration: it can be changed there only."
        : "Made over Redfish, kept in the emulator's store.",
    UserName: username,
    Password: null,
    RoleId: role,
    Enabled: enabled,
    PasswordChangeRequired: passwordChangeRequired,
    AccountTypes: ["Redfish"],
    Links: { Role: link(uris.role(role)) },
  };
}

/** Changes with everything that can be set; of the password it knows only the salt, which is new with each. */
export function accountEtag(account: Account): string {
  const { username, role, enabled, passwordChangeRequired, origin, password } = account;
  const salt = origin === "store" ? password.salt.toString("base64") : "";
  return etagOf({ username, role, enabled, passwordChangeRequired, salt });
}
