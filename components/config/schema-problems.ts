import { z } from "zod";
import { closestWord } from "./closest-word.ts";
import { type ConfigPath, formatPath } from "./config-path.ts";
import type { Problem } from "./problem.ts";
import { shownValue } from "./shown-value.ts";

type Issue = z.core.$ZodIssue;

/** Where people write things that stand elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  mac: "list it under macs",
  bootMACAddress: "make it the first of macs",
  ip: "call it address",
  username: "set it under edge-lab:credentials, by `npm run init`",
  password:
    "set it under edge-lab:credentials, by `npm run init`; change it if it was written down in this file",
  tls: "put it under the host's options",
  version: "write kubernetes: {version: …}",
  image: "put it under nodeImage.images",
  online: "leave it out: the controllers decide it",
};

const kinds: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema;
}

/** The schemas that may stand at one step below: several in a union. */
function children(schema: z.core.$ZodType | undefined, step: PropertyKey): z.core.$ZodType[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => children(option, step));
  if (inner instanceof z.ZodArray) return [inner.element];
  if (inner instanceof z.ZodRecord) return [inner.valueType];
  if (!(inner instanceof z.ZodObject)) return [];
  const field = (inner.shape as Record<string, z.core.$ZodType>)[String(step)];
  return field === undefined ? [] : [field];
}

function keysOf(schema: z.core.$ZodType): string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysOf(option));
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    root,
  );
}

function descriptionOf(schemas: readonly z.core.$ZodType[]): string {
  const own = schemas.map((schema) => (schema instanceof z.ZodType ? schema.description : undefined));
  const inner = schemas.map((schema) => unwrapped(schema));
  const text = [
    ...own,
    ...inner.map((schema) => (schema instanceof z.ZodType ? schema.description : undefined)),
  ];
  return (text.find((description) => description !== undefined) ?? "").replace(/\.$/, "");
}

function unknownKey(issue: Issue, key: string, schemas: readonly z.core.$ZodType[]): Problem {
  const known = [...new Set(schemas.flatMap(keysOf))];
  const meant = closestWord(key, known);
  const hint = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
  const fix = meant !== undefined ? `did you mean ${meant}?` : (hint ?? `known here: ${known.join(", ")}`);
  return { path: formatPath([...issue.path, key]), wrong: "is not a known key", fix, severity: "error" };
}

function allowedValues(issue: Issue, schemas: readonly z.core.$ZodType[]): string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  const literals = schemas.flatMap((schema) => (schema instanceof z.ZodLiteral ? [...schema.values] : []));
  return issue.code === "invalid_union" && literals.length > 0 ? literals.map(String) : undefined;
}

/** What zod found, as problems with path, shown value and fix. `input` is what was parsed with `schema`. */
export function schemaProblems(schema: z.core.$ZodType, input: unknown, issues: readonly Issue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const at = issue.path.reduce<z.core.$ZodType[]>(
      (found, step) => found.flatMap((one) => children(one, step)),
      [schema],
    );
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue, key, at));
    const value = valueAt(input, issue.path);
    const base = {
      path: formatPath(issue.path),
      value: shownValue(issue.path, value),
      severity: "error",
    } as const;
    const about = descriptionOf(at);
    const because = about === "" ? "" : `: ${about}`;
    const allowed = allowedValues(issue, at)?.join(" or ");
    if (value === undefined) {
      return [
        {
          ...base,
          wrong: "is missing",
          fix: `add it${allowed === undefined ? because : ` (${allowed})${because}`}`,
        },
      ];
    }
    if (allowed !== undefined) {
      const meant = typeof value === "string" ? closestWord(value, allowed.split(" or ")) : undefined;
      const fix = meant === undefined ? `use ${allowed}` : `did you mean ${meant}? Use ${allowed}`;
      return [{ ...base, wrong: "is not one of the allowed values", fix }];
    }
    const [wrong = "", fix] = issue.message.split("\n");
    if (fix !== undefined) return [{ ...base, wrong, fix }];
    if (issue.code === "invalid_type") {
      const kind = kinds[issue.expected] ?? issue.expected;
      return [{ ...base, wrong: `is not ${kind}`, fix: `write ${kind}${because}` }];
    }
    return [{ ...base, wrong: "is not valid", fix: `correct it${because}` }];
  });
}
