import { accountLimits } from "../auth/account-limits.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

/**
 * What holds for accounts. There is no AccountLockoutThreshold: wrong passwords slow down the address they come from,
 * and an account that strangers can lock would lock Ironic out.
 */
export const accountService: Resource = {
  uri: uris.accountService,
  entity: "AccountService",
  GET: () =>
    ok({
      "@odata.type": odataType("AccountService"),
      "@odata.id": uris.accountService,
      Id: "AccountService",
      Name: "Account service",
      Status: { State: "Enabled", Health: "OK" },
      ServiceEnabled: true,
      MinPasswordLength: accountLimits.password.min,
      MaxPasswordLength: accountLimits.password.max,
      SupportedAccountTypes: ["Redfish"],
      LocalAccountAuth: "Enabled",
      HTTPBasicAuth: "Enabled",
      Accounts: link(uris.accounts),
      Roles: link(uris.roles),
    }),
};
