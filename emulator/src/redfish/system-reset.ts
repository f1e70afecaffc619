import type { AuditEntry } from "../audit/audit-log.ts";
import { DeviceError } from "../drivers/errors.ts";
import { LetGo } from "../power/let-go.ts";
import { RESET_TYPES, type ResetType } from "../power/reset-plan.ts";
import { findMachine } from "./find-machine.ts";
import {
  about,
  actionParameterMissing,
  actionParameterUnknown,
  actionParameterValueConflict,
  actionParameterValueNotInList,
  actionParameterValueType,
  type Message,
  serviceTemporarilyUnavailable,
  withDetail,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import type { JsonObject, Resource } from "./resource.ts";
import { deviceMessage } from "./system-status.ts";
import { uris } from "./uris.ts";

const ACTION = "ComputerSystem.Reset";
const RETRY_SECONDS = 10;

/** Answers 204 when the device accepted, or had nothing to do; the state follows by GET of the system. */
export const systemReset: Resource = {
  uri: uris.systemReset(":name"),
  entity: "ComputerSystem",
  POST: async (exchange) => {
    const power = findMachine(exchange, "ComputerSystem");
    const resetType = readResetType(exchange.body);
    const { audit, store } = exchange.service;
    const record = (outcome: AuditEntry["outcome"], message: string): Promise<void> => {
      const machine = power.machine.name;
      audit.record({ kind: "power", machine, outcome, message: `${resetType}: ${message}` });
      return store.commit();
    };
    try {
      const outcome = await power.reset(resetType);
      if (outcome === "unsupported") throw notInList(resetType);
      await record("done", outcome === "nothing" ? "already so" : "accepted");
      return { status: 204 };
    } catch (error) {
      if (error instanceof LetGo) {
        await record("failed", error.message);
        throw Object.assign(letGoError(error), { audited: true });
      }
      if (!(error instanceof DeviceError)) throw error;
      await record("failed", `${error.kind}: ${error.message}`);
      throw Object.assign(resetError(error, resetType, power.machine.address), { audited: true });
    }
  },
};

function notInList(value: unknown): RedfishError {
  return new RedfishError(400, about("ResetType", actionParameterValueNotInList(value, "ResetType", ACTION)));
}

function readResetType(body: JsonObject): ResetType {
  const { ResetType: value, ...others } = body;
  const problems: Message[] = Object.keys(others)
    .filter((property) => !property.includes("@"))
    .map((property) => about(property, actionParameterUnknown(ACTION, property)));
  if (value === undefined) problems.push(actionParameterMissing(ACTION, "ResetType"));
  else if (typeof value !== "string") {
    problems.push(about("ResetType", actionParameterValueType(value, "ResetType", ACTION)));
  }
  if (problems.length > 0) throw new RedfishError(400, problems);
  const resetType = RESET_TYPES.find((known) => known === value);
  if (!resetType) throw notInList(value);
  return resetType;
}

/**
 * A refusal is a 409 with ActionParameterValueConflict, since Ironic repeats such an On six times, 10 s apart, which
 * gets over a busy BIOS. All else is a 503: the device, not the request, is at fault.
 */
function resetError(error: DeviceError, resetType: ResetType, address: string): RedfishError {
  const detail = `${error.message}.`;
  if (error.kind === "refused") {
    return new RedfishError(409, withDetail(actionParameterValueConflict("ResetType", resetType), detail));
  }
  return new RedfishError(503, withDetail(deviceMessage(error, address), detail), {
    "Retry-After": String(RETRY_SECONDS),
  });
}

function letGoError({ message }: LetGo): RedfishError {
  const unavailable = withDetail(serviceTemporarilyUnavailable(RETRY_SECONDS), `The emulator ${message}.`);
  return new RedfishError(503, unavailable, { "Retry-After": String(RETRY_SECONDS) });
}
