import type { Principal } from "../auth/account.ts";
import { DeviceError } from "../drivers/errors.ts";
import { auditRefusals } from "../http/audit-refusals.ts";
import { authorize } from "../http/authorize.ts";
import type { MachinePower } from "../power/machine-power.ts";
import { serviceTemporarilyUnavailable, withDetail } from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { JsonObject, Resource, Service } from "../redfish/resource.ts";
import { system } from "../redfish/system.ts";
import { systemReset } from "../redfish/system-reset.ts";
import type { Action } from "./api-types.ts";
import { callResource } from "./call-resource.ts";

/** What an action is over Redfish. */
const REDFISH: Readonly<Record<Exclude<Action, "read">, readonly [Resource, "POST" | "PATCH", JsonObject]>> =
  {
    on: [systemReset, "POST", { ResetType: "On" }],
    shutdown: [systemReset, "POST", { ResetType: "GracefulShutdown" }],
    off: [systemReset, "POST", { ResetType: "ForceOff" }],
    restart: [systemReset, "POST", { ResetType: "ForceRestart" }],
    pxe: [system, "PATCH", { Boot: { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" } }],
    clearBoot: [system, "PATCH", { Boot: { BootSourceOverrideEnabled: "Disabled" } }],
  };

const RETRY_SECONDS = 10;

export interface ActionRequest {
  readonly power: MachinePower;
  readonly action: Action;
  readonly principal: Principal;
  readonly origin: string;
}

/**
 * Does what somebody asked for with a machine, as the same request over Redfish would, by way of the power controller.
 * @throws RedfishError as over Redfish: refused to the role, by the device, or not done by it
 */
export async function consoleAction(service: Service, request: ActionRequest): Promise<void> {
  const { power, action, principal, origin } = request;
  if (action === "read") return readNow(service, request);
  const [resource, method, body] = REDFISH[action];
  const params = { name: power.machine.name };
  await callResource(service, { resource, method, params, body, principal, origin });
}

/** Redfish has no such action: it wakes a device without need, so it takes the right to act. */
async function readNow(service: Service, { power, principal }: ActionRequest): Promise<void> {
  const { audit, store } = service;
  const machine = power.machine.name;
  await auditRefusals({ audit, resource: systemReset, method: "POST", machine }, async () => {
    authorize({ principal, resource: systemReset, method: "POST", own: false }, service);
    try {
      const { power: state } = await power.readNow();
      audit.record({ kind: "device", machine, outcome: "done", message: `read now: ${state}` });
      await store.commit();
    } catch (error) {
      const known = error instanceof Error ? error.message : String(error);
      const kind = error instanceof DeviceError ? `${error.kind}: ` : "";
      audit.record({ kind: "device", machine, outcome: "failed", message: `read now: ${kind}${known}` });
      await store.commit();
      const told = withDetail(serviceTemporarilyUnavailable(RETRY_SECONDS), `${known}.`);
      throw Object.assign(new RedfishError(503, told), { audited: true });
    }
  });
}
