/** One metric family as a scraper reads it. */
export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly value: number;
  }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/**
 * A strict reader of Prometheus' text format 0.0.4, written from its description and not from the emulator's writer.
 * @throws Error naming the line that breaks a rule
 */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  if (!text.endsWith("\n")) throw new Error("the last line does not end with a line feed");
  let current: { name: string; family: Family } | undefined;
  let help: { name: string; text: string } | undefined;
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const comment = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`, "s").exec(line);
    if (comment) {
      const [, kind, name = "", rest = ""] = comment;
      if (kind === "HELP") {
        if (/\\(?![\\n])/.test(rest)) fail("a bad escape");
        help = { name, text: rest };
        continue;
      }
      if (families.has(name)) fail("a family told twice");
      if (!["counter", "gauge", "histogram"].includes(rest)) fail("no such type");
      if (help?.name !== name) fail("TYPE without its HELP before it");
      current = { name, family: { help: help?.text ?? "", type: rest, samples: [] } };
      families.set(name, current.family);
      continue;
    }
    const sample = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`, "s").exec(line);
    if (!sample || !current) return fail("neither comment nor sample");
    const [, name = "", inner = "", number = ""] = sample;
    const suffixes = current.family.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    if (!suffixes.some((suffix) => name === `${current?.name}${suffix}`)) fail("outside its family");
    const value = number === "+Inf" ? Number.POSITIVE_INFINITY : Number(number);
    if (number !== "NaN" && Number.isNaN(value)) fail("no number");
    const labels = parseLabels(inner, fail);
    const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(key)) fail("a series told twice");
    seen.add(key);
    current.family.samples.push({ name, labels, value });
  }
  return families;
}

function parseLabels(inner: string, fail: (why: string) => never): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const found = LABEL.exec(inner);
    if (!found) return fail("bad labels");
    const [, name = "", value = ""] = found;
    if (name in labels) fail("a label told twice");
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}
