import type { Host, Metal3Machine } from "../objects.ts";

/** Why CAPM3 (1.13, chooseHost) does not take a host for a machine. */
export interface Unfit {
  readonly host: string;
  readonly kind: "used" | "broken" | "busy";
  readonly why: string;
}

/** Whether the machine's host selector fits the host's labels. */
export function selects({ spec }: Metal3Machine, { metadata: { labels } }: Host): boolean {
  const { matchLabels, matchExpressions } = spec.hostSelector;
  const all = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    all &&
    matchExpressions.every(({ key, operator, values }) => {
      const label = labels[key];
      switch (operator.toLowerCase()) {
        case "in":
        case "=":
        case "==":
          return label !== undefined && values.includes(label);
        case "notin":
        case "!=":
          return label === undefined || !values.includes(label);
        case "exists":
          return label !== undefined;
        case "!":
        case "doesnotexist":
          return label === undefined;
        default:
          return true;
      }
    })
  );
}

/** undefined when the host could be taken now. */
export function unfit({ metadata, spec, status }: Host): Unfit | undefined {
  const host = metadata.name;
  if (spec.consumerRef !== undefined) return { host, kind: "used", why: `used by ${spec.consumerRef.name}` };
  if (metadata.deletionTimestamp !== undefined) return { host, kind: "broken", why: "being deleted" };
  if (status.errorMessage !== "") return { host, kind: "broken", why: status.errorType || "has an error" };
  const held = ["baremetalhost.metal3.io/paused", "capm3.metal3.io/unhealthy"].find(
    (name) => name in metadata.annotations,
  );
  if (held !== undefined) return { host, kind: "broken", why: `annotation ${held}` };
  const { state } = status.provisioning;
  if (state === "available" || state === "ready") return undefined;
  return { host, kind: "busy", why: state || "not registered yet" };
}
