import { z } from "zod";
import { stackSchema } from "../../components/config/stack-schema.ts";
import { tableCell } from "./table-cell.ts";

/** What the page needs of JSON Schema; the rest of it is for editors. */
interface Schema {
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema | boolean>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    properties: z.record(z.string(), z.union([z.boolean(), schema])).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
  }),
);

interface Row {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** The page of every field of Pulumi.<stack>.yaml, made of the schema that checks it. Pure. */
export function configurationPage(): string {
  const { properties = {} } = schema.parse(stackSchema());
  const config = properties.config;
  if (typeof config !== "object") throw new Error("the stack's schema has no config");
  const sections = fieldsOf("", config).map(({ path, schema: section, required }) => {
    const rows = below(path.replace(/^[^:]+:/, ""), section);
    const table = ["| field | type | default | |", "| --- | --- | --- | --- |", ...rows.map(rowText)];
    return [
      `## ${path}`,
      [section.description, required ? "Required." : undefined].filter(Boolean).join(" "),
      rows.length > 0 ? table.join("\n") : `${typeText(section)}; default ${defaultText(section, required)}`,
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  return `# Every field of a lab

What \`Pulumi.<stack>.yaml\` may hold under \`config:\`. Made by \`npm run docs:generate\` from the schema that checks the file, as
[lab.schema.json](../schema/lab.schema.json) for editors is; what the sections are for, and what spans fields, is told in
[the configuration of a lab](../configuration.md). \`[]\` stands for each entry of a list, \`.NAME\` for keys of your choice. **required**: there is no
default; inside a section or an entry that may be left out it is required where that is there.

${sections.join("\n\n")}
`;
}

function fieldsOf(path: string, { properties = {}, required = [] }: Schema): Row[] {
  return Object.entries(properties).flatMap(([name, field]): Row[] =>
    typeof field === "boolean"
      ? []
      : [{ path: path === "" ? name : `${path}.${name}`, schema: field, required: required.includes(name) }],
  );
}

/** All fields inside, each before its own. */
function below(path: string, field: Schema): Row[] {
  const own = fieldsOf(path, field).flatMap((row) => [row, ...below(row.path, row.schema)]);
  const listed = field.items === undefined ? [] : below(`${path}[]`, field.items);
  const keyed = typeof field.additionalProperties === "object" ? field.additionalProperties : undefined;
  const chosen = keyed === undefined ? [] : below(`${path}.NAME`, keyed);
  const either = [...(field.anyOf ?? []), ...(field.oneOf ?? [])].flatMap((one) => below(path, one));
  // Alternatives may share a field, as the encrypted form of each login.
  const rows = [...own, ...listed, ...chosen, ...either];
  return rows.filter(({ path: one }, index) => rows.findIndex(({ path: other }) => other === one) === index);
}

function rowText({ path, schema: field, required }: Row): string {
  const cells = [`\`${path}\``, typeText(field), defaultText(field, required), field.description ?? ""];
  return `| ${cells.map(tableCell).join(" | ")} |`;
}

function typeText(field: Schema): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(", ");
  if (field.const !== undefined) return `\`${field.const}\``;
  const either = field.anyOf ?? field.oneOf;
  if (either !== undefined) return [...new Set(either.map(typeText))].join(" or ");
  if (field.items !== undefined) return `list of ${typeText(field.items)}`;
  if (typeof field.additionalProperties === "object") return `map of ${typeText(field.additionalProperties)}`;
  return [field.type ?? "any"].flat().join(" or ");
}

function defaultText(field: Schema, required: boolean): string {
  if (field.default !== undefined) return `\`${JSON.stringify(field.default)}\``;
  return required ? "**required**" : "";
}
