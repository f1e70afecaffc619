import { mayCall } from "../auth/privileges.ts";
import type { Subscription } from "../events/subscriptions.ts";
import { collection } from "./collection.ts";
import {
  eventSubscriptionLimitExceeded,
  noOperation,
  operationNotAllowed,
  resourceNotFound,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type Exchange, type Handler, type JsonObject, ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { readNewSubscription, readSubscriptionChanges } from "./subscription-form.ts";
import { uris } from "./uris.ts";

/** Has events pushed to a destination. */
const subscribe: Handler = async ({ service, body, principal }) => {
  const wanted = readNewSubscription(body);
  const made = service.subscriptions.add({ ...wanted, username: principal?.username ?? "" });
  if (!made) throw new RedfishError(503, eventSubscriptionLimitExceeded());
  const message = `events are pushed to ${new URL(wanted.destination).host}`;
  service.audit.record({ kind: "subscription", outcome: "done", message });
  await service.store.commit();
  return { ...ok(payload(made)), status: 201, headers: { Location: uris.subscription(made.id) } };
};

export const subscriptions: Resource = {
  uri: uris.subscriptions,
  entity: "EventDestinationCollection",
  GET: ({ service, principal }) => {
    const members = service.subscriptions
      .list()
      .filter(({ username }) => {
        return (
          principal && mayCall(principal.role, "EventDestination", "GET", username === principal.username)
        );
      })
      .map(({ id }) => uris.subscription(id));
    return ok(collection(uris.subscriptions, "EventDestinationCollection", "Event subscriptions", members));
  },
  POST: subscribe,
};

/** DSP0266 lets clients create by the URI of the Members property too. */
export const subscriptionMembers: Resource = {
  uri: uris.subscriptionMembers,
  entity: "EventDestinationCollection",
  POST: subscribe,
};

export const subscription: Resource = {
  uri: uris.subscription(":id"),
  entity: "EventDestination",
  owner: (service, { id = "" }) => service.subscriptions.find(id)?.username,
  GET: (exchange) => ok(payload(findSubscription(exchange))),
  PATCH: async (exchange) => {
    const { service, body } = exchange;
    const { id, push } = findSubscription(exchange);
    if (!push) throw new RedfishError(405, operationNotAllowed(), { Allow: "GET, HEAD, DELETE" });
    const changes = readSubscriptionChanges(body);
    if (Object.keys(changes).length === 0) throw new RedfishError(400, noOperation());
    service.subscriptions.change(id, changes);
    const message = `subscription ${id} changed`;
    service.audit.record({ kind: "subscription", outcome: "done", message });
    await service.store.commit();
    return ok(payload(findSubscription(exchange)));
  },
  DELETE: async (exchange) => {
    const { service } = exchange;
    const { id } = findSubscription(exchange);
    service.subscriptions.remove(id);
    service.audit.record({ kind: "subscription", outcome: "done", message: `subscription ${id} ended` });
    await service.store.commit();
    return { status: 204 };
  },
};

function findSubscription({ service, params: { id = "" } }: Exchange): Subscription {
  const found = service.subscriptions.find(id);
  if (!found) throw new RedfishError(404, resourceNotFound("EventDestination", id));
  return found;
}

function payload({ id, push, failing }: Subscription): JsonObject {
  const common = {
    "@odata.type": odataType("EventDestination"),
    "@odata.id": uris.subscription(id),
    Id: id,
    Name: `Event subscription ${id}`,
    Protocol: "Redfish",
    EventFormatType: "Event",
    Status: { State: "Enabled", Health: failing ? "Warning" : "OK" },
  };
  // There is nowhere to connect to: the client holds the connection.
  if (!push) return { ...common, SubscriptionType: "SSE", Context: null };
  return {
    ...common,
    SubscriptionType: "RedfishEvent",
    Destination: push.destination,
    Context: push.context ?? null,
    DeliveryRetryPolicy: "RetryForeverWithBackoff",
    VerifyCertificate: push.verifyCertificate,
    RegistryPrefixes: push.registryPrefixes,
    MessageIds: push.messageIds,
  };
}
