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

function child(schema: z.core.$ZodType | undefined, step: PropertyKey): z.core.$ZodType | undefined {
  if (schema === undefined) return undefined;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return child(schema.unwrap(), step);
  }
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.core.$ZodType>)[String(step)];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => child(option, step)).find((found) => found !== undefined);
  }
  return undefined;
}

function keysOf(schema: z.core.$ZodType | undefined): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return keysOf(schema.unwrap());
  }
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => keysOf(option)))];
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    root,
  );
}

function describe(schema: z.core.$ZodType | undefined): string {
  return (schema instanceof z.ZodType ? (schema.description ?? "") : "").replace(/\.$/, "");
}

function unknownKey(issue: Issue, key: string, schema: z.core.$ZodType | undefined): Problem {
  const known = keysOf(schema);
  const meant = closestWord(key, known);
  const hint = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
  const fix = meant !== undefined ? `did you mean ${meant}?` : (hint ?? `known here: ${known.join(", ")}`);
  const wrong = "is not a known key";
  return { path: formatPath([...issue.path, key]), wrong, fix: fix.replace(/\?$/, ""), severity: "error" };
}

/** What zod found, as problems with path, shown value and fix. `input` is what was parsed with `schema`. */
export function schemaProblems(schema: z.core.$ZodType, input: unknown, issues: readonly Issue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const at = issue.path.reduce<z.core.$ZodType | undefined>((found, step) => child(found, step), schema);
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue, key, at));
    const value = valueAt(input, issue.path);
    const base = {
      path: formatPath(issue.path),
      value: shownValue(issue.path, value),
      severity: "error",
    } as const;
    const about = describe(at);
    if (value === undefined) {
      return [{ ...base, wrong: "is missing", fix: about === "" ? "add it" : `add it: ${about}` }];
    }
    if (issue.code === "invalid_value" || (issue.code === "invalid_union" && "options" in issue)) {
      const allowed = issue.code === "invalid_value" ? issue.values : [];
      return [
        {
          ...base,
          wrong: "is not one of the allowed values",
          fix: `use ${allowed.map(String).join(" or ")}`,
        },
      ];
    }
    const [wrong = "", fix] = issue.message.split("\n");
    if (fix !== undefined) return [{ ...base, wrong, fix }];
    if (issue.code === "invalid_type") {
      const kind = kinds[issue.expected] ?? issue.expected;
      return [
        { ...base, wrong: `is not ${kind}`, fix: about === "" ? `write ${kind}` : `write ${kind}: ${about}` },
      ];
    }
    return [{ ...base, wrong: "is not valid", fix: about === "" ? "correct it" : `correct it: ${about}` }];
  });
}
