import type { EngineEvent } from "./engine-event.ts";

export const operations = ["create", "update", "replace", "delete"] as const;
export type Operation = (typeof operations)[number];

/** One resource that an update would touch. */
export interface Step {
  readonly operation: Operation;
  readonly urn: string;
  /** Its type's last word, such as BareMetalHost. */
  readonly kind: string;
  readonly name: string;
  /** Paths that change, of an update or a replacement. */
  readonly changes: readonly string[];
  /** Paths whose values only the update will know. */
  readonly unknown: readonly string[];
}

/** What a policy has to say. */
export interface PolicyFinding {
  readonly policy: string;
  readonly stops: boolean;
  readonly resource: string;
  readonly message: string;
}

/** What a preview found. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly findings: readonly PolicyFinding[];
  /** What the program and the engine said, by severity. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** What stands for a value that is not known yet (sdk/go/common/resource/plugin/rpc.go: UnknownStringValue and the like). */
const unknownValues = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The plan in a preview's events: deletions first and what is new last, where a long table is cut; else by name. Pure. */
export function planOf(events: readonly EngineEvent[]): Plan {
  const steps = new Map<string, Step>();
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent && stepOf(resourcePreEvent.metadata);
    if (step) steps.set(`${step.operation} ${step.urn}`, step);
  }
  const said = (severity: string): string[] => {
    const texts = events.flatMap(({ diagnosticEvent: one }) =>
      one && one.severity === severity && !one.ephemeral ? [plain(one.message)] : [],
    );
    return [...new Set(texts)].filter((text) => text !== "");
  };
  return {
    steps: [...steps.values()].sort(
      (a, b) =>
        operations.indexOf(b.operation) - operations.indexOf(a.operation) ||
        compare(`${a.name} ${a.urn}`, `${b.name} ${b.urn}`),
    ),
    findings: events
      .flatMap(({ policyEvent }) => (policyEvent ? [findingOf(policyEvent)] : []))
      .sort(
        (a, b) => Number(b.stops) - Number(a.stops) || compare(a.policy + a.resource, b.policy + b.resource),
      ),
    errors: said("error"),
    warnings: said("warning"),
    infos: [...said("info"), ...said("info#err")],
  };
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** A replacement comes as three events, of which the one called "replace" stands for all. */
function stepOf({ op, urn, type, ...metadata }: Metadata): Step | undefined {
  const operation = operations.find((one) => one === op);
  // The stack itself is no part of a lab.
  if (operation === undefined || type === "pulumi:pulumi:Stack") return undefined;
  const changed = Object.keys(metadata.detailedDiff ?? {});
  const changes = operation === "update" || operation === "replace" ? changed : [];
  return {
    operation,
    urn,
    kind: type.split(":").at(-1) ?? type,
    name: nameOf(urn),
    changes: (changes.length > 0 || operation === "create" || operation === "delete"
      ? changes
      : (metadata.diffs ?? metadata.keys ?? [])
    ).toSorted(),
    unknown: operation === "delete" ? [] : unknownPaths(metadata.new?.inputs).toSorted(),
  };
}

function findingOf(event: NonNullable<EngineEvent["policyEvent"]>): PolicyFinding {
  // The engine puts the policy's description before what was said of the resource.
  const [, ...rest] = plain(event.message).split("\n");
  return {
    policy: event.policyName,
    stops: event.enforcementLevel === "mandatory",
    resource: nameOf(event.resourceUrn),
    message: (rest.length > 0 ? rest.join(" ") : plain(event.message)).trim(),
  };
}

function unknownPaths(value: unknown, path = ""): string[] {
  if (typeof value === "string") return unknownValues.has(value) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const step = Array.isArray(value)
      ? `[${key}]`
      : /^\w+$/.test(key)
        ? `.${key}`
        : `[${JSON.stringify(key)}]`;
    return unknownPaths(item, path === "" ? step.replace(/^\./, "") : path + step);
  });
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Without Pulumi's colour marks and a terminal's. */
function plain(text: string): string {
  const escapeCharacter = String.fromCharCode(27);
  return text
    .replace(/<\{%[^%]*%\}>/g, "")
    .replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;]*m`, "g"), "")
    .trim();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
