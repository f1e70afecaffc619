import type { Account, AccountSettings } from "../auth/account.ts";
import type { AccountRefusal } from "../auth/accounts.ts";
import { PasswordHash } from "../auth/password-hash.ts";
import { type AccountForm, readAccountForm } from "./account-form.ts";
import { accountEtag, accountPayload } from "./account-payload.ts";
import { checkIfMatch } from "./etag.ts";
import {
  about,
  type Message,
  noOperation,
  operationNotAllowed,
  propertyValueIncorrect,
  resourceAlreadyExists,
  resourceCannotBeDeleted,
  resourceNotFound,
  withDetail,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type Exchange, ok, type Resource } from "./resource.ts";
import { uris } from "./uris.ts";

/** Of an account that only the configuration changes. */
const FIXED_METHODS = { Allow: "GET, HEAD" };
const LAST =
  "It is the last enabled account with the role Administrator: give another account that role first.";

export const account: Resource = {
  uri: uris.account(":id"),
  entity: "ManagerAccount",
  owner: ({ accounts }, { id = "" }) => accounts.byId(id)?.username,
  GET: (exchange) => {
    const found = findAccount(exchange);
    const reply = { ...ok(accountPayload(found), accountEtag(found)), cacheable: true };
    return found.origin === "store" ? reply : { ...reply, headers: FIXED_METHODS };
  },
  PATCH: async (exchange) => {
    const { service, body, ifMatch, principal } = exchange;
    requireOwnStore(findAccount(exchange), operationNotAllowed());
    const form = readAccountForm(body);
    const asked = Object.keys(form.settings).length > 0 || form.password !== undefined;
    if (form.problems.length > 0) throw new RedfishError(400, [...form.problems, ...form.foreign]);
    if (!asked) throw new RedfishError(400, form.foreign.length > 0 ? form.foreign : noOperation());
    const hash = form.password === undefined ? undefined : await PasswordHash.of(form.password);
    // Found again: hashing took a while, and what is checked from here on must still hold when it is written.
    const before = findAccount(exchange);
    requireOwnStore(before, operationNotAllowed());
    checkIfMatch(ifMatch, accountEtag(before));
    const settings = settingsAfter(before, form);
    const changes = changesOf(before, settings, hash !== undefined);
    const after = changes.length === 0 ? before : service.accounts.change(before, settings, hash);
    if (typeof after === "string") throw refusal(after, form);
    if (changes.length > 0) {
      const whose = before.username === principal?.username ? "own account" : `account ${before.username}`;
      const message = `${whose} changed: ${changes.join(", ")}; its sessions ended`;
      service.audit.record({ kind: "account", outcome: "done", message });
      await service.store.commit();
    }
    // DSP0266: what could be changed was changed, and the answer says what could not.
    const annotation = form.foreign.length > 0 ? { "@Message.ExtendedInfo": form.foreign } : {};
    return ok({ ...accountPayload(after), ...annotation }, accountEtag(after));
  },
  DELETE: async (exchange) => {
    const { service, ifMatch } = exchange;
    const found = findAccount(exchange);
    requireOwnStore(found, resourceCannotBeDeleted());
    checkIfMatch(ifMatch, accountEtag(found));
    if (service.accounts.remove(found) === "last-administrator") {
      throw new RedfishError(409, withDetail(resourceCannotBeDeleted(), LAST));
    }
    const message = `account ${found.username} removed; its sessions ended`;
    service.audit.record({ kind: "account", outcome: "done", message });
    await service.store.commit();
    return { status: 204 };
  },
};

function findAccount({ service, params: { id = "" } }: Exchange): Account {
  const found = service.accounts.byId(id);
  if (!found) throw new RedfishError(404, resourceNotFound("ManagerAccount", id));
  return found;
}

/** @throws RedfishError 405 for a user of the configuration, saying where to change it */
function requireOwnStore({ username, origin }: Account, message: Message): void {
  if (origin === "store") return;
  const detail = `${username} is a user of the emulator's configuration: change or remove it there (users in its configuration file; in a lab Pulumi makes them).`;
  throw new RedfishError(405, withDetail(message, detail), FIXED_METHODS);
}

function settingsAfter(before: Account, { settings, password }: AccountForm): AccountSettings {
  const { username, role, enabled, passwordChangeRequired } = before;
  return {
    username,
    role,
    enabled,
    // A new password is the change that was required, unless the same request asks for another.
    passwordChangeRequired: password === undefined && passwordChangeRequired,
    ...settings,
  };
}

/** For the audit log: by the names of the properties, with the values of those that are no secret. */
function changesOf(before: Account, after: AccountSettings, password: boolean): string[] {
  const values: [string, string | boolean, string | boolean][] = [
    ["UserName", before.username, after.username],
    ["RoleId", before.role, after.role],
    ["Enabled", before.enabled, after.enabled],
    ["PasswordChangeRequired", before.passwordChangeRequired, after.passwordChangeRequired],
  ];
  const changed = values
    .filter(([, was, is]) => was !== is)
    .map(([name, was, is]) => `${name} ${was} -> ${is}`);
  return password ? ["Password", ...changed] : changed;
}

function refusal(reason: AccountRefusal, { settings }: AccountForm): RedfishError {
  if (reason === "name-taken") {
    const message = resourceAlreadyExists("ManagerAccount", "UserName", settings.username ?? "");
    return new RedfishError(409, about("UserName", message));
  }
  const [property, value] = settings.enabled === false ? ["Enabled", false] : ["RoleId", settings.role];
  return new RedfishError(
    409,
    about(String(property), withDetail(propertyValueIncorrect(String(property), value), LAST)),
  );
}
