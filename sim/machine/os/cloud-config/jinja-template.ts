/** A user-data template that cloud-init could not render either, or that uses what is not played here. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TemplateError";
  }
}

type Variables = Readonly<Record<string, unknown>>;

const HEADER = /^##\s*template:\s*jinja\s*\r?\n/;
const RAW = /\{%-?\s*raw\s*-?%\}([\s\S]*?)\{%-?\s*endraw\s*-?%\}/;
const TOKEN = /\{\{-?([\s\S]*?)-?\}\}|\{#[\s\S]*?#\}|\{[{%#]/g;

/**
 * Renders user-data as cloud-init does when its first line is `## template: jinja`; any other text is returned as it is.
 *
 * What users of Cluster API write is there: `{{ ds.meta_data.x }}`, `{{ ds.meta_data["x-y"] }}`, `{{ v1.local_hostname }}`,
 * the filters default, lower and upper, comments, and `{% raw %}`. Keys with a hyphen answer to an underscore as well.
 * A variable that is not there becomes `CI_MISSING_JINJA_VAR/name`, which is cloud-init's own way
 * (cloudinit/templater.py, cloudinit/handlers/jinja_template.py).
 *
 * @throws TemplateError for other statements, filters, and for an opening brace pair that is never closed (`${#list[@]}`
 *   of a shell script is the usual one: cloud-init refuses it too).
 */
export function renderJinja(text: string, metaData: Variables): string {
  const header = HEADER.exec(text);
  if (!header) return text;
  const hostname = metaData["local-hostname"] ?? metaData.local_hostname ?? metaData.name;
  const variables = {
    ds: { meta_data: metaData },
    v1: {
      local_hostname: hostname,
      instance_id: metaData["instance-id"] ?? metaData.uuid,
      cloud_name: "configdrive",
    },
    local_hostname: hostname,
    instance_id: metaData["instance-id"] ?? metaData.uuid,
  };
  let rest = text.slice(header[0].length);
  let out = "";
  for (let raw = RAW.exec(rest); raw; raw = RAW.exec(rest)) {
    out += renderPart(rest.slice(0, raw.index), variables) + (raw[1] ?? "");
    rest = rest.slice(raw.index + raw[0].length);
  }
  return out + renderPart(rest, variables);
}

function renderPart(text: string, variables: Variables): string {
  return text.replace(TOKEN, (token, expression: string | undefined, offset: number) => {
    if (expression !== undefined) return evaluate(expression.trim(), variables);
    if (token.startsWith("{#") && token.endsWith("#}")) return "";
    const line = text.slice(0, offset).split("\n").length;
    const what =
      token === "{%" ? "statements ({% %}) are not played, values ({{ }}) are" : `"${token}" is never closed`;
    throw new TemplateError(
      `user-data, line ${line} of the template: ${what}; write {% raw %}…{% endraw %} around text that is none`,
    );
  });
}

const STRING = /^(?:"([^"]*)"|'([^']*)')$/;

function evaluate(expression: string, variables: Variables): string {
  const [path = "", ...filters] = expression.split("|").map((part) => part.trim());
  let value = lookUp(path, variables);
  for (const filter of filters) value = filtered(filter, value);
  if (value === undefined) return `CI_MISSING_JINJA_VAR/${path.split(".").at(-1)}`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function lookUp(path: string, variables: Variables): unknown {
  const text = STRING.exec(path);
  if (text) return text[1] ?? text[2];
  const steps = path.match(/[^.[\]]+|\[[^\]]*\]/g);
  if (!steps || !/^[\w.[\]"'-]+$/.test(path)) {
    throw new TemplateError(
      `user-data: the expression "${path}" is not played; a value is, such as ds.meta_data.uuid`,
    );
  }
  let value: unknown = variables;
  for (const step of steps) {
    const bare = step.replace(/^\[|\]$/g, "");
    const quoted = STRING.exec(bare);
    const key = quoted ? (quoted[1] ?? quoted[2] ?? "") : bare;
    if (typeof value !== "object" || value === null) return undefined;
    const fields = value as Variables;
    const alias = Object.keys(fields).find((field) => field.replaceAll("-", "_") === key);
    value = fields[key] ?? (alias === undefined ? undefined : fields[alias]);
  }
  return value;
}

function filtered(filter: string, value: unknown): unknown {
  const fallback = /^(?:default|d)\((.*)\)$/.exec(filter);
  if (fallback) {
    const text = STRING.exec((fallback[1] ?? "").trim());
    return value === undefined ? (text ? (text[1] ?? text[2]) : fallback[1]) : value;
  }
  if (filter !== "lower" && filter !== "upper") {
    throw new TemplateError(`user-data: the filter "${filter}" is not played; default, lower and upper are`);
  }
  if (value === undefined) return undefined;
  return filter === "lower" ? String(value).toLowerCase() : String(value).toUpperCase();
}
