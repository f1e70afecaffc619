import type { StoredEvent } from "../store/events-table.ts";

/** A message of the emulator's own registry, filled in. */
export interface EventMessage {
  readonly MessageId: string;
  readonly Message: string;
  readonly MessageArgs: readonly string[];
  readonly MessageSeverity: "OK" | "Warning";
  readonly Resolution: string;
}

/** Name of the registry with its version, as its file has it. */
export const EVENT_REGISTRY = { prefix: "EdgeLab", version: "1.0.0", id: "EdgeLab.1.0.0" } as const;

interface Definition {
  readonly Description: string;
  readonly Message: string;
  readonly MessageSeverity: EventMessage["MessageSeverity"];
  readonly Resolution: string;
}

const define = (
  Description: string,
  Message: string,
  MessageSeverity: Definition["MessageSeverity"],
  Resolution: string,
): Definition => ({ Description, Message, MessageSeverity, Resolution });

/** What the log and the events of the emulator say. Each message has one argument, what exactly happened. */
const MESSAGES = {
  ChangeMade: define(
    "Indicates that somebody changed something through the service.",
    "A change was made: %1.",
    "OK",
    "None.",
  ),
  ChangeRefused: define(
    "Indicates that somebody asked for something that is wrong or not allowed.",
    "A request was refused: %1.",
    "Warning",
    "If it was yours, see the answer that the request got.",
  ),
  ChangeFailed: define(
    "Indicates that a power device did not do what it was asked for.",
    "A change could not be made: %1.",
    "Warning",
    "See the Status of the machine's system.",
  ),
  DeviceLost: define(
    "Indicates that a machine's power device does not answer as it should.",
    "The power device fails: %1.",
    "Warning",
    "Look after the device, its network and its credentials.",
  ),
  DeviceBack: define(
    "Indicates that a machine's power device works again.",
    "The power device recovered: %1.",
    "OK",
    "None.",
  ),
  PowerNotReached: define(
    "Indicates that a machine did not come to the power state that an accepted action leads to.",
    "The power state was not reached: %1.",
    "Warning",
    "Look after the machine: it may hang, or ignore its power button.",
  ),
} as const satisfies Record<string, Definition>;

type Key = keyof typeof MESSAGES;

/** Ids of all messages. */
export const EVENT_MESSAGE_IDS: readonly string[] = Object.keys(MESSAGES).map(
  (key) => `${EVENT_REGISTRY.prefix}.1.0.${key}`,
);

/** What is told of an event. */
export function eventMessage(event: Pick<StoredEvent, "kind" | "outcome" | "message">): EventMessage {
  const key = keyOf(event);
  const { Message, MessageSeverity, Resolution } = MESSAGES[key];
  return {
    MessageId: `${EVENT_REGISTRY.prefix}.1.0.${key}`,
    Message: Message.replace("%1", () => event.message),
    MessageArgs: [event.message],
    MessageSeverity,
    Resolution,
  };
}

function keyOf({ kind, outcome, message }: Pick<StoredEvent, "kind" | "outcome" | "message">): Key {
  if (outcome === "done") return "ChangeMade";
  if (outcome === "refused") return "ChangeRefused";
  if (outcome === "failed") return "ChangeFailed";
  if (kind === "device") return message.startsWith("lost") ? "DeviceLost" : "DeviceBack";
  return "PowerNotReached";
}

/** The registry as a document (DSP0266, "Message registries"). */
export const eventRegistry = {
  "@odata.type": "#MessageRegistry.v1_7_0.MessageRegistry",
  Id: EVENT_REGISTRY.id,
  Name: "Messages of the edge-lab Redfish emulator",
  Language: "en",
  Description: "What happened to machines, devices, accounts and the service, in its logs and events.",
  RegistryPrefix: EVENT_REGISTRY.prefix,
  RegistryVersion: EVENT_REGISTRY.version,
  OwningEntity: "edge-lab",
  Messages: Object.fromEntries(
    Object.entries(MESSAGES).map(([key, definition]) => [
      key,
      { ...definition, NumberOfArgs: 1, ParamTypes: ["string"] },
    ]),
  ),
} as const;
