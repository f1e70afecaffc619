/** A message of DMTF's Base registry, as it stands in `@Message.ExtendedInfo` (Message v1.2.0). */
export interface Message {
  readonly "@odata.type": "#Message.v1_2_0.Message";
  readonly MessageId: string;
  readonly Message: string;
  readonly MessageArgs: readonly string[];
  readonly MessageSeverity: "OK" | "Warning" | "Critical";
  readonly Resolution: string;
  /** JSON pointers of the properties of the request that are meant. */
  readonly RelatedProperties?: readonly string[];
}

const REGISTRY = "Base.1.22";

/** How most of the registry's resolutions end. */
export const RESUBMIT = "and resubmit the request if the operation failed.";

/** Makes a message; `%1`, `%2`, ... of the text are the arguments. */
export function message(
  key: string,
  severity: Message["MessageSeverity"],
  text: string,
  resolution: string,
  args: string[] = [],
): Message {
  return {
    "@odata.type": "#Message.v1_2_0.Message",
    MessageId: `${REGISTRY}.${key}`,
    Message: text.replace(/%(\d)/g, (_, place: string) => args[Number(place) - 1] ?? ""),
    MessageArgs: args,
    MessageSeverity: severity,
    Resolution: resolution,
  };
}

/** Adds which property of the request is meant, e.g. "Boot/BootSourceOverrideTarget". */
export function about(property: string, subject: Message): Message {
  return { ...subject, RelatedProperties: [`#/${property}`] };
}

/** Adds what the registry's general text cannot say: the cause and the way out. */
export function withDetail(subject: Message, detail: string): Message {
  return { ...subject, Message: `${subject.Message}  ${detail}` };
}

/** Request values as registry arguments: bounded, since they come from outside, in length and in depth. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[...]" : "{...}";
  const text = String(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
