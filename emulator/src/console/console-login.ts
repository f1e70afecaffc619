import type { Context } from "koa";
import type { Principal } from "../auth/account.ts";
import { mayCall } from "../auth/privileges.ts";
import { requireSettledPassword } from "../http/authorize.ts";
import { originOf } from "../http/origin.ts";
import type { RequestState } from "../http/request-state.ts";
import { noValidSession } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { JsonObject, Service } from "../redfish/resource.ts";
import { session, sessions } from "../redfish/sessions.ts";
import type { SessionInfo } from "./api-types.ts";
import { callResource } from "./call-resource.ts";

const COOKIE = "edge-lab-console";
/** The cookie goes to the console alone; over Redfish it is worth nothing. */
const PATH = "/console";

/** Logins of the console: Redfish sessions whose token is in a cookie that no script can read and no other site can send. */
export class ConsoleLogin {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** @throws RedfishError 401 for a wrong login, 429 after too many, 503 when there are too many sessions, 403 as {@link principal} */
  async open(context: Context, { username, password }: JsonObject): Promise<SessionInfo> {
    const body = { UserName: username, Password: password };
    const origin = originOf(context);
    const call = {
      resource: sessions,
      method: "POST",
      params: {},
      body,
      principal: undefined,
      origin,
    } as const;
    const { headers } = await callResource(this.#service, call);
    const token = headers?.["X-Auth-Token"] ?? "";
    const principal = this.#principalOf(token);
    try {
      requireSettledPassword(principal, this.#service);
    } catch (error) {
      this.#service.sessions.remove(idOf(token));
      throw error;
    }
    this.#setCookie(context, token);
    return sessionInfo(principal);
  }

  /** Ends the session; done also where there is none any more. */
  async close(context: Context): Promise<void> {
    const token = context.cookies.get(COOKIE) ?? "";
    const principal = this.#service.sessions.authenticate(token);
    if (principal) {
      (context.state as RequestState).username = principal.username;
      const params = { id: idOf(token) };
      const origin = originOf(context);
      await callResource(this.#service, {
        resource: session,
        method: "DELETE",
        params,
        body: {},
        principal,
        origin,
      });
    }
    this.#setCookie(context, null);
  }

  /**
   * Who makes the request.
   * @throws RedfishError 401 without a session, 403 while the password has to be changed
   */
  principal(context: Context): Principal {
    const principal = this.#principalOf(context.cookies.get(COOKIE) ?? "");
    (context.state as RequestState).username = principal.username;
    requireSettledPassword(principal, this.#service);
    return principal;
  }

  /** Whether whoever makes the request could make it again; counts as use of the session. */
  proof(context: Context): () => Principal | undefined {
    const token = context.cookies.get(COOKIE) ?? "";
    return () => {
      const principal = this.#service.sessions.authenticate(token);
      return principal?.mustChangePassword ? undefined : principal;
    };
  }

  info(context: Context): SessionInfo {
    return sessionInfo(this.principal(context));
  }

  #principalOf(token: string): Principal {
    const principal = this.#service.sessions.authenticate(token);
    if (!principal) throw new RedfishError(401, noValidSession());
    return principal;
  }

  #setCookie(context: Context, token: string | null): void {
    const { secure } = this.#service.endpoint;
    context.cookies.set(COOKIE, token, { httpOnly: true, secure, sameSite: "strict", path: PATH });
  }
}

function idOf(token: string): string {
  return token.split(".", 1)[0] ?? "";
}

function sessionInfo({ username, role }: Principal): SessionInfo {
  return { username, role, mayAct: mayCall(role, "ComputerSystem", "POST") };
}
