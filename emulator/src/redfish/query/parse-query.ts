import {
  queryCombinationInvalid,
  queryNotSupportedOnResource,
  queryParameterOutOfRange,
  queryParameterUnsupported,
  queryParameterValueFormat,
  queryParameterValueType,
} from "../messages.ts";
import { RedfishError } from "../redfish-error.ts";
import { type Filter, parseFilter } from "./filter.ts";

/** Levels that `$expand` may go down; shown in the service root. */
export const MOST_LEVELS = 3;

/** "." follows what is subordinate, "~" what stands under Links, "*" both (DSP0266, "The $expand query parameter"). */
export type ExpandKind = "." | "~" | "*";

/** The query of one GET, checked. */
export interface Query {
  readonly only: boolean;
  readonly filter?: Filter;
  readonly skip?: number;
  readonly top?: number;
  readonly expand?: { readonly kind: ExpandKind; readonly levels: number };
  /** Paths of property names. */
  readonly select?: readonly (readonly string[])[];
}

const OF_COLLECTIONS = ["only", "$filter", "$skip", "$top"];
const KNOWN = [...OF_COLLECTIONS, "$expand", "$select"];
const LARGEST = 1_000_000;

/**
 * Reads the query string of a GET; undefined when it asks for nothing. Parameters that do not begin with `$` and are not
 * known are ignored, as DSP0266 asks.
 * @throws RedfishError 501 for an unknown parameter with a `$`, 400 for everything else that is wrong
 */
export function parseQuery(text: string, isCollection: boolean): Query | undefined {
  if (text === "") return undefined;
  const given = new URLSearchParams(text);
  const names = [...given.keys()];
  const unknown = names.find((name) => name.startsWith("$") && !KNOWN.includes(name));
  if (unknown !== undefined) throw new RedfishError(501, queryParameterUnsupported(unknown));
  const known = names.filter((name) => KNOWN.includes(name));
  if (known.length === 0) return undefined;
  const only = known.includes("only");
  const alone = known.every((name) => name === "only" || name === "$expand" || name === "$select");
  if (new Set(known).size < known.length || (only && !alone)) {
    throw new RedfishError(400, queryCombinationInvalid());
  }
  if (!isCollection && known.some((name) => OF_COLLECTIONS.includes(name))) {
    throw new RedfishError(400, queryNotSupportedOnResource());
  }
  const word = given.get("only") ?? "";
  if (word !== "") throw new RedfishError(400, queryParameterValueFormat(word, "only"));
  const filter = given.get("$filter");
  const expand = given.get("$expand");
  const select = given.get("$select");
  const skip = wholeNumber(given, "$skip");
  const top = wholeNumber(given, "$top");
  return {
    only,
    ...(filter !== null && { filter: parseFilter(filter) }),
    ...(skip !== undefined && { skip }),
    ...(top !== undefined && { top }),
    ...(expand !== null && { expand: parseExpand(expand) }),
    ...(select !== null && { select: parseSelect(select) }),
  };
}

function wholeNumber(given: URLSearchParams, name: string): number | undefined {
  const text = given.get(name);
  if (text === null) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new RedfishError(400, queryParameterValueType(text, name));
  const value = Number(text);
  if (value >= 0 && value <= LARGEST) return value;
  throw new RedfishError(400, queryParameterOutOfRange(text, name, `0-${LARGEST}`));
}

function parseExpand(text: string): NonNullable<Query["expand"]> {
  const [, kind, levels = "1"] = /^([.~*])(?:\(\$levels=(\d{1,6})\))?$/.exec(text) ?? [];
  if (kind !== "." && kind !== "~" && kind !== "*") {
    throw new RedfishError(400, queryParameterValueFormat(text, "$expand"));
  }
  const depth = Number(levels);
  if (depth >= 1 && depth <= MOST_LEVELS) return { kind, levels: depth };
  throw new RedfishError(400, queryParameterOutOfRange(text, "$expand", `1-${MOST_LEVELS}`));
}

function parseSelect(text: string): string[][] {
  const paths = text.split(",").map((path) => path.trim().split("/"));
  const sane =
    paths.length <= 100 && paths.every((path) => path.every((name) => /^[\w@.#-]{1,100}$/.test(name)));
  if (!sane) throw new RedfishError(400, queryParameterValueFormat(text, "$select"));
  return paths;
}
