import { EVENT_REGISTRY } from "./event-registry.ts";
import {
  about,
  actionParameterMissing,
  actionParameterUnknown,
  actionParameterValueType,
  eventSubscriptionLimitExceeded,
  type Message,
} from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type JsonObject, ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { link, uris } from "./uris.ts";

const ACTION = "EventService.SubmitTestEvent";

export const eventService: Resource = {
  uri: uris.eventService,
  entity: "EventService",
  GET: () =>
    ok({
      "@odata.type": odataType("EventService"),
      "@odata.id": uris.eventService,
      Id: "EventService",
      Name: "Event service",
      Status: { State: "Enabled", Health: "OK" },
      ServiceEnabled: true,
      // By RetryForeverWithBackoff the attempts have no end; the first pause.
      DeliveryRetryIntervalSeconds: 5,
      EventFormatTypes: ["Event"],
      RegistryPrefixes: [EVENT_REGISTRY.prefix],
      OriginResourcesSupported: false,
      SubordinateResourcesSupported: false,
      ServerSentEventUri: uris.eventStream,
      SSEFilterPropertiesSupported: {
        EventFormatType: false,
        MessageId: false,
        MetricReportDefinition: false,
        OriginResource: false,
        RegistryPrefix: false,
        ResourceType: false,
        SubordinateResources: false,
      },
      Subscriptions: link(uris.subscriptions),
      Actions: { [`#${ACTION}`]: { target: uris.submitTestEvent } },
    }),
};

/** Server-sent events, open until the client goes or its login ends. Last-Event-ID resumes after an event. */
export const eventStream: Resource = {
  uri: uris.eventStream,
  entity: "EventService",
  types: ["text/event-stream"],
  GET: ({ service, principal, proven, header }) => {
    const since = /^\d{1,15}$/.exec(header("Last-Event-ID"))?.[0];
    const last = since === undefined ? undefined : Number(since);
    const stream = service.subscriptions.open(principal?.username ?? "", proven, last);
    if (!stream) throw new RedfishError(503, eventSubscriptionLimitExceeded(), { "Retry-After": "60" });
    return { status: 200, stream, headers: { "Content-Type": "text/event-stream" } };
  },
};

const PARAMETERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  MessageId: (value) => typeof value === "string" && value !== "",
  Message: (value) => typeof value === "string",
  MessageArgs: (value) => Array.isArray(value) && value.every((entry) => typeof entry === "string"),
  MessageSeverity: (value) => value === "OK" || value === "Warning" || value === "Critical",
  Severity: (value) => typeof value === "string",
  EventType: (value) => typeof value === "string",
  EventId: (value) => typeof value === "string",
  EventGroupId: (value) => Number.isSafeInteger(value),
  EventTimestamp: (value) => typeof value === "string",
  OriginOfCondition: (value) => typeof value === "string",
};

/** Tells all subscribers something that did not happen, so that they can be tried out. */
export const submitTestEvent: Resource = {
  uri: uris.submitTestEvent,
  entity: "EventService",
  POST: ({ service, body }) => {
    const { MessageId, OriginOfCondition: origin, ...others } = readParameters(body);
    service.subscriptions.publish({
      id: undefined,
      confidential: false,
      record: {
        MemberId: "0",
        EventType: "Other",
        EventId: "test",
        EventTimestamp: new Date(service.clock.now()).toISOString(),
        ...others,
        ...(origin !== undefined && { OriginOfCondition: link(String(origin)) }),
        MessageId: String(MessageId),
      },
    });
    service.audit.record({ kind: "subscription", outcome: "done", message: "test event submitted" });
    return { status: 204 };
  },
};

function readParameters(body: JsonObject): JsonObject {
  const given = Object.entries(body).filter(([name]) => !name.includes("@"));
  const problems: Message[] = given.flatMap(([name, value]) => {
    const right = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (!right) return [about(name, actionParameterUnknown(ACTION, name))];
    return right(value) ? [] : [about(name, actionParameterValueType(value, name, ACTION))];
  });
  if (body.MessageId === undefined) problems.push(actionParameterMissing(ACTION, "MessageId"));
  if (problems.length > 0) throw new RedfishError(400, problems);
  return Object.fromEntries(given);
}
