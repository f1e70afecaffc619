import { queryParameterValueFormat } from "../messages.ts";
import { RedfishError } from "../redfish-error.ts";
import type { JsonObject } from "../resource.ts";

/** Whether a member of a collection is wanted. */
export type Filter = (member: JsonObject) => boolean;

/** Longer ones are nobody's question; it also bounds how deep they nest. */
const LONGEST = 1_000;
const TOKEN = /\s*(?:(\()|(\))|('(?:[^']|'')*')|([^\s()']+))/y;
const COMPARISONS = ["eq", "ne", "gt", "ge", "lt", "le"] as const;
type Comparison = (typeof COMPARISONS)[number];
type Value = string | number | boolean | null;
type Operand = (member: JsonObject) => unknown;

/**
 * Reads a `$filter`: comparisons (eq, ne, gt, ge, lt, le) of properties with text in single quotes, numbers, true, false and
 * null, joined by `and`, `or`, `not` and parentheses; `Status/Health` goes inside an object (DSP0266, "The $filter query
 * parameter"; precedence as there: not, comparisons, and, or).
 * @throws RedfishError 400 when it does not read so
 */
export function parseFilter(text: string): Filter {
  const wrong = (): RedfishError => new RedfishError(400, queryParameterValueFormat(text, "$filter"));
  if (text.length > LONGEST) throw wrong();
  const tokens = tokensOf(text);
  if (!tokens) throw wrong();
  let at = 0;
  const next = (): string | undefined => tokens[at];
  const take = (word: string): boolean => {
    if (next() !== word) return false;
    at += 1;
    return true;
  };

  const either = (): Filter => {
    let left = both();
    while (take("or")) {
      const [one, other] = [left, both()];
      left = (member) => one(member) || other(member);
    }
    return left;
  };
  const both = (): Filter => {
    let left = single();
    while (take("and")) {
      const [one, other] = [left, single()];
      left = (member) => one(member) && other(member);
    }
    return left;
  };
  const single = (): Filter => {
    if (take("not")) {
      const inner = single();
      return (member) => !inner(member);
    }
    if (take("(")) {
      const inner = either();
      if (!take(")")) throw wrong();
      return inner;
    }
    const left = operand();
    const word = tokens[at++];
    const comparison = COMPARISONS.find((known) => known === word);
    if (!comparison) throw wrong();
    const right = operand();
    return (member) => compare(left(member), comparison, right(member));
  };
  const operand = (): Operand => {
    const token = tokens[at++];
    const read = token === undefined ? undefined : readOperand(token);
    if (!read) throw wrong();
    return read;
  };

  const filter = either();
  if (at < tokens.length) throw wrong();
  return filter;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  const rest = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const [, open, close, quoted, word] = TOKEN.exec(rest) ?? [];
    const token = open ?? close ?? quoted ?? word;
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function readOperand(token: string): Operand | undefined {
  if (token.startsWith("'")) return constant(token.slice(1, -1).replaceAll("''", "'"));
  if (token === "true" || token === "false") return constant(token === "true");
  if (token === "null") return constant(null);
  if (/^-?\d+(\.\d+)?$/.test(token)) return constant(Number(token));
  if (!/^[A-Za-z@][\w@.#-]*(\/[A-Za-z@][\w@.#-]*)*$/.test(token)) return undefined;
  const path = token.split("/");
  return (member) => path.reduce<unknown>(inside, member);
}

function constant(value: Value): Operand {
  return () => value;
}

function inside(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined;
}

/** What a resource does not have equals nothing, and is neither more nor less than anything. */
function compare(left: unknown, comparison: Comparison, right: unknown): boolean {
  if (comparison === "eq") return left !== undefined && left === right;
  if (comparison === "ne") return left !== right;
  const comparable =
    (typeof left === "number" && typeof right === "number") ||
    (typeof left === "string" && typeof right === "string");
  if (!comparable) return false;
  switch (comparison) {
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
    case "lt":
      return left < right;
    default:
      return left <= right;
  }
}
