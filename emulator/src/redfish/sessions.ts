import type { Principal } from "../auth/account.ts";
import { mayCall } from "../auth/privileges.ts";
import type { Session } from "../auth/sessions.ts";
import { verifyLogin } from "../auth/verify-login.ts";
import { collection } from "./collection.ts";
import {
  about,
  accessUnauthorized,
  type Message,
  passwordChangeRequired,
  propertyMissing,
  propertyUnknown,
  propertyValueError,
  resourceNotFound,
  sessionLimitExceeded,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type Exchange, type Handler, type JsonObject, ok, type Resource, type Service } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

/** Logs in. */
const openSession: Handler = async ({ service, body, origin }) => {
  const { username, password } = readLogin(body);
  const principal = await verifyLogin(service, username, password, origin);
  if (!principal) throw new RedfishError(401, accessUnauthorized());
  const opened = service.sessions.open(principal, origin);
  if (!opened) throw new RedfishError(503, sessionLimitExceeded());
  const { session, token } = opened;
  service.audit.record({ kind: "session", username, outcome: "done", message: "logged in" });
  await service.store.commit();
  const headers = { Location: uris.session(session.id), "X-Auth-Token": token };
  return { status: 201, body: { ...payload(session), ...annotation(service, principal) }, headers };
};

export const sessions: Resource = {
  uri: uris.sessions,
  entity: "SessionCollection",
  GET: ({ service, principal }) => {
    const visible = service.sessions.list().filter((session) => maySee(principal, session));
    const members = visible.map(({ id }) => uris.session(id));
    return ok(collection(uris.sessions, "SessionCollection", "Sessions", members));
  },
  POST: openSession,
};

/** DSP0266 lets clients create by the URI of the Members property too. */
export const sessionMembers: Resource = {
  uri: uris.sessionMembers,
  entity: "SessionCollection",
  POST: openSession,
};

export const session: Resource = {
  uri: uris.session(":id"),
  entity: "Session",
  owner: ({ sessions }, { id = "" }) => sessions.find(id)?.username,
  GET: (exchange) => ok(payload(findSession(exchange))),
  DELETE: async (exchange) => {
    const { service, principal } = exchange;
    const { id, username } = findSession(exchange);
    service.sessions.remove(id);
    const whose = username === principal?.username ? "" : ` (a session of ${username})`;
    service.audit.record({ kind: "session", outcome: "done", message: `logged out${whose}` });
    await service.store.commit();
    return { status: 204 };
  },
};

/** Who has to change the password first is told so at once (DSP0266, "Password change required handling"). */
function annotation({ accounts }: Service, { username, mustChangePassword }: Principal): object {
  const account = accounts.byName(username);
  if (!mustChangePassword || !account) return {};
  return { "@Message.ExtendedInfo": [passwordChangeRequired(uris.account(account.id))] };
}

function payload(session: Session): object {
  return {
    "@odata.type": odataType("Session"),
    "@odata.id": uris.session(session.id),
    Id: session.id,
    Name: "User session",
    UserName: session.username,
    SessionType: "Redfish",
    ClientOriginIPAddress: session.origin,
    CreatedTime: `${new Date(session.createdAt).toISOString().slice(0, 19)}Z`,
  };
}

/** Nobody is shown a link that would be refused. */
function maySee(principal: Principal | undefined, { username }: Session): boolean {
  return (
    principal !== undefined && mayCall(principal.role, "Session", "GET", username === principal.username)
  );
}

function findSession({ service, params }: Exchange): Session {
  const id = params.id ?? "";
  const found = service.sessions.find(id);
  if (!found) throw new RedfishError(404, resourceNotFound("Session", id));
  return found;
}

function readLogin(body: JsonObject): { username: string; password: string } {
  const { UserName: username, Password: password, ...others } = body;
  const problems: Message[] = Object.keys(others)
    .filter((property) => !property.includes("@"))
    .map((property) => about(property, propertyUnknown(property)));
  for (const [property, value] of Object.entries({ UserName: username, Password: password })) {
    if (value === undefined) problems.push(about(property, propertyMissing(property)));
    // Neither value is shown: people type passwords into the wrong field.
    else if (typeof value !== "string") problems.push(about(property, propertyValueError(property)));
  }
  if (problems.length > 0 || typeof username !== "string" || typeof password !== "string") {
    throw new RedfishError(400, problems);
  }
  return { username, password };
}
