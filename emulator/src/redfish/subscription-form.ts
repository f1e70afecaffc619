import { isIP } from "node:net";
import { neverAReceiver } from "../events/never-a-receiver.ts";
import type { StoredSubscription } from "../store/subscriptions-table.ts";
import { EVENT_MESSAGE_IDS, EVENT_REGISTRY } from "./event-registry.ts";
import {
  about,
  type Message,
  propertyMissing,
  propertyNotWritable,
  propertyUnknown,
  propertyValueError,
  propertyValueNotInList,
  propertyValueType,
  withDetail,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import type { JsonObject } from "./resource.ts";

export type NewSubscription = Omit<StoredSubscription, "id" | "username">;
export type SubscriptionChanges = Partial<Pick<StoredSubscription, "context" | "verifyCertificate">>;

/** What there is one value of only; it may be named all the same. */
const CONSTANT: JsonObject = {
  Protocol: "Redfish",
  SubscriptionType: "RedfishEvent",
  EventFormatType: "Event",
  DeliveryRetryPolicy: "RetryForeverWithBackoff",
};
const LONGEST = 2_000;

/** Reads the body that makes a subscription. @throws RedfishError 400 naming everything that is wrong */
export function readNewSubscription(body: JsonObject): NewSubscription {
  const problems: Message[] = [];
  const given = Object.entries(body).filter(([name]) => !name.includes("@"));
  for (const [name, value] of given) {
    const wrong = problemWith(name, value);
    if (wrong) problems.push(about(name, wrong));
  }
  for (const name of ["Destination", "Protocol"]) {
    if (body[name] === undefined) problems.push(about(name, propertyMissing(name)));
  }
  if (problems.length > 0) throw new RedfishError(400, problems);
  const { Destination, Context: context, VerifyCertificate: verify = true } = body;
  return {
    destination: String(Destination),
    context: typeof context === "string" ? context : undefined,
    verifyCertificate: verify === true,
    registryPrefixes: wordsOf(body.RegistryPrefixes),
    messageIds: wordsOf(body.MessageIds),
  };
}

/** Reads a PATCH. @throws RedfishError 400 naming everything that is wrong */
export function readSubscriptionChanges(body: JsonObject): SubscriptionChanges {
  const given = Object.entries(body).filter(([name]) => !name.includes("@"));
  const problems = given.flatMap(([name, value]) => {
    const fixed = name !== "Context" && name !== "VerifyCertificate";
    const known = fixed && (Object.hasOwn(CONSTANT, name) || name === "Destination" || isList(name));
    const wrong = known ? propertyNotWritable(name) : problemWith(name, value);
    return wrong ? [about(name, wrong)] : [];
  });
  if (problems.length > 0) throw new RedfishError(400, problems);
  const { Context: context, VerifyCertificate: verify } = body;
  return {
    ...(context !== undefined && { context: typeof context === "string" ? context : undefined }),
    ...(verify !== undefined && { verifyCertificate: verify === true }),
  };
}

function problemWith(name: string, value: unknown): Message | undefined {
  if (Object.hasOwn(CONSTANT, name)) {
    return value === CONSTANT[name] ? undefined : propertyValueNotInList(value, name);
  }
  if (isList(name)) return problemWithList(name, value);
  switch (name) {
    case "Destination":
      return destinationWorks(value) ? undefined : wrongDestination();
    case "Context":
      if (value === null) return undefined;
      if (typeof value !== "string") return propertyValueType(value, name);
      return value.length <= LONGEST ? undefined : propertyValueError(name);
    case "VerifyCertificate":
      return typeof value === "boolean" ? undefined : propertyValueType(value, name);
    default:
      return propertyUnknown(name);
  }
}

function isList(name: string): boolean {
  return name === "RegistryPrefixes" || name === "MessageIds";
}

function problemWithList(name: string, value: unknown): Message | undefined {
  if (!Array.isArray(value)) return propertyValueType(value, name);
  const known = name === "MessageIds" ? EVENT_MESSAGE_IDS : [EVENT_REGISTRY.prefix];
  const wrong = value.find((entry) => !known.includes(entry));
  if (wrong !== undefined) return propertyValueNotInList(wrong, name);
  return value.length <= 100 ? undefined : propertyValueError(name);
}

function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Its path and query may be secrets, so the value is never repeated. */
function wrongDestination(): Message {
  const detail =
    "It must be an https: URL without a user name and password, and not of a link-local or multicast address.";
  return withDetail(propertyValueError("Destination"), detail);
}

function destinationWorks(value: unknown): boolean {
  if (typeof value !== "string" || value.length > LONGEST || !URL.canParse(value)) return false;
  const { protocol, username, password, hostname } = new URL(value);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && neverAReceiver(host)) return false;
  return protocol === "https:" && username === "" && password === "";
}
