import { parser } from "@prometheus-io/lezer-promql";

/** What an expression asks for. */
export interface Expression {
  readonly selectors: readonly {
    readonly metric: string;
    readonly matchers: readonly { readonly label: string; readonly value: string }[];
  }[];
  /** Of by, without, on, ignoring. */
  readonly grouping: readonly string[];
}

/**
 * Reads PromQL by the grammar of Prometheus' own web page.
 * @throws Error where it is none
 */
export function promql(text: string): Expression {
  const selectors: { metric: string; matchers: { label: string; value: string }[] }[] = [];
  const grouping: string[] = [];
  let label = "";
  let inGrouping = false;
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      const part = text.slice(from, to);
      if (type.isError)
        throw new Error(`no PromQL at ${from}, before "${text.slice(from, from + 20)}": ${text}`);
      if (name === "VectorSelector") selectors.push({ metric: "", matchers: [] });
      else if (name === "GroupingLabels") inGrouping = true;
      else if (name === "LabelName" && inGrouping) grouping.push(part);
      else if (name === "LabelName") label = part;
      else if (name === "Identifier") {
        const selector = selectors.at(-1);
        if (selector !== undefined) selector.metric = part;
      } else if (name === "StringLiteral")
        selectors.at(-1)?.matchers.push({ label, value: part.slice(1, -1) });
    },
    leave({ name }) {
      if (name === "GroupingLabels") inGrouping = false;
    },
  });
  return { selectors, grouping };
}
