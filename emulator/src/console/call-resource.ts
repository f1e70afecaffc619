import type { Principal } from "../auth/account.ts";
import { type Method, needsNoLogin } from "../auth/privileges.ts";
import { auditRefusals } from "../http/audit-refusals.ts";
import { authorize } from "../http/authorize.ts";
import { operationNotAllowed } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { Exchange, Reply, Resource, Service } from "../redfish/resource.ts";

/** What the console asks of a Redfish resource. */
export interface ResourceCall extends Pick<Exchange, "params" | "body" | "principal" | "origin"> {
  readonly resource: Resource;
  readonly method: Method;
}

/**
 * Has a Redfish resource do what somebody asks for in the console: by the same privileges, the same handler and the same audit as
 * over Redfish, so that the console can do nothing that Redfish would refuse.
 * @throws RedfishError as over Redfish
 */
export async function callResource(service: Service, call: ResourceCall): Promise<Reply> {
  const { resource, method, params, body, principal, origin } = call;
  const machine = service.controller.find(params.name ?? "")?.machine.name;
  return auditRefusals({ audit: service.audit, resource, method, machine }, async () => {
    const handler = resource[method];
    if (!handler) throw new RedfishError(405, operationNotAllowed());
    if (!needsNoLogin(resource.entity, method)) requireRight(service, call, principal);
    const proven = (): boolean => true;
    return handler({
      service,
      params,
      body,
      ifMatch: undefined,
      header: () => "",
      proven,
      principal,
      origin,
    });
  });
}

function requireRight(
  service: Service,
  { resource, method, params }: ResourceCall,
  principal: Principal | undefined,
): asserts principal is Principal {
  if (!principal) throw new Error(`${resource.uri} is nothing for strangers`);
  const own = resource.owner?.(service, params) === principal.username;
  authorize({ principal, resource, method, own }, service);
}
