import type { Principal } from "../auth/account.ts";
import { accountLimits } from "../auth/account-limits.ts";
import { PasswordHash } from "../auth/password-hash.ts";
import { mayCall } from "../auth/privileges.ts";
import { readAccountForm } from "./account-form.ts";
import { accountEtag, accountPayload } from "./account-payload.ts";
import { collection } from "./collection.ts";
import {
  about,
  createLimitReached,
  type Message,
  propertyMissing,
  resourceAlreadyExists,
  withDetail,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type Handler, type JsonObject, ok, type Resource } from "./resource.ts";
import { uris } from "./uris.ts";

/** Makes an account. */
const createAccount: Handler = async ({ service, body }) => {
  const { settings, password } = readNewAccount(body);
  const hash = await PasswordHash.of(password);
  const account = service.accounts.create(settings, hash);
  if (typeof account === "string") throw refusal(account, settings.username);
  const { username, role, enabled, passwordChangeRequired } = account;
  const state = `${role}${enabled ? "" : ", disabled"}${passwordChangeRequired ? ", has to change the password" : ""}`;
  service.audit.record({ kind: "account", outcome: "done", message: `account ${username} made: ${state}` });
  await service.store.commit();
  const headers = { Location: uris.account(account.id) };
  return { ...ok(accountPayload(account), accountEtag(account)), status: 201, headers };
};

export const accounts: Resource = {
  uri: uris.accounts,
  entity: "ManagerAccountCollection",
  GET: ({ service, principal }) => {
    const members = service.accounts
      .list()
      .filter(({ username }) => maySee(principal, username))
      .map(({ id }) => uris.account(id));
    return ok(collection(uris.accounts, "ManagerAccountCollection", "Accounts", members));
  },
  POST: createAccount,
};

/** DSP0266 lets clients create by the URI of the Members property too. */
export const accountMembers: Resource = {
  uri: uris.accountMembers,
  entity: "ManagerAccountCollection",
  POST: createAccount,
};

/** Nobody is shown a link that would be refused. */
function maySee(principal: Principal | undefined, username: string): boolean {
  if (!principal) return false;
  return mayCall(principal.role, "ManagerAccount", "GET", username === principal.username);
}

function readNewAccount(body: JsonObject) {
  // The one list of types there is may be named, since the schema knows the property at creation.
  const { AccountTypes: types, ...others } = body;
  const named = types === undefined || JSON.stringify(types) === '["Redfish"]';
  const { settings, password, problems, foreign } = readAccountForm(named ? others : body);
  const missing: Message[] = ["UserName", "Password", "RoleId"]
    .filter((property) => body[property] === undefined)
    .map((property) => about(property, propertyMissing(property)));
  const { username, role, enabled = true, passwordChangeRequired = false } = settings;
  const all = [...missing, ...problems, ...foreign];
  if (all.length > 0 || username === undefined || password === undefined || role === undefined) {
    throw new RedfishError(400, all);
  }
  return { settings: { username, role, enabled, passwordChangeRequired }, password };
}

function refusal(reason: string, username: string): RedfishError {
  if (reason === "name-taken") {
    const message = resourceAlreadyExists("ManagerAccount", "UserName", username);
    return new RedfishError(409, about("UserName", message));
  }
  const detail = `There may be ${accountLimits.count} accounts besides those of the configuration.`;
  return new RedfishError(409, withDetail(createLimitReached(), detail));
}
