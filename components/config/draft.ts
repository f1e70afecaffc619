import { z } from "zod";
import type { labSchema } from "./lab.ts";

/** T with whatever was not valid left out: list elements keep their index. */
export type DraftOf<T> = T extends readonly (infer Element)[]
  ? (DraftOf<Element> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: DraftOf<T[Key]> }
    : T;

/** A lab as far as it can be understood. Checks read this, so that one mistake does not hide the others. */
export type Draft = DraftOf<z.output<typeof labSchema>>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses what can be parsed: valid parts with their defaults; invalid leaves become undefined. */
export function draftOf(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional)
    return value === undefined ? undefined : draftOf(schema.unwrap(), value);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return value === undefined ? parsed(schema, value) : draftOf(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodObject && isRecord(value)) {
    const entries = Object.entries(schema.shape as Record<string, z.core.$ZodType>);
    return Object.fromEntries(entries.map(([key, field]) => [key, draftOf(field, value[key])]));
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((element) => draftOf(schema.element, element));
  }
  if (schema instanceof z.ZodRecord && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, draftOf(schema.valueType, field)]),
    );
  }
  return parsed(schema, value);
}

function parsed(schema: z.core.$ZodType, value: unknown): unknown {
  const result = z.core.safeParse(schema, value);
  return result.success ? result.data : undefined;
}
