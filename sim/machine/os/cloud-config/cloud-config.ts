import { parse } from "yaml";
import { z } from "zod";
import { renderJinja } from "./jinja-template.ts";

const command = z.union([z.string(), z.array(z.coerce.string())]);
/** Python's YAML makes a number of an unquoted 0640, and so does YAML 1.1 here: octal already, hence not a text. */
const permissions = z.union([z.number().int(), z.string().regex(/^[0-7]+$/, "is not an octal number")]);

const schema = z.looseObject({
  bootcmd: z.array(command).nullish(),
  runcmd: z.array(command).nullish(),
  write_files: z
    .array(
      z.looseObject({
        path: z.string().startsWith("/", "must be absolute"),
        content: z.coerce.string().nullish(),
        encoding: z.string().nullish(),
        owner: z.string().nullish(),
        permissions: permissions.nullish(),
        append: z.boolean().nullish(),
        defer: z.boolean().nullish(),
      }),
    )
    .nullish(),
  disk_setup: z
    .record(
      z.string(),
      z.looseObject({
        table_type: z.string().nullish(),
        layout: z.union([z.boolean(), z.string(), z.array(z.unknown())]).nullish(),
        overwrite: z.boolean().nullish(),
      }),
    )
    .nullish(),
  fs_setup: z
    .array(
      z.looseObject({
        device: z.string(),
        filesystem: z.string(),
        label: z.string().nullish(),
        partition: z.union([z.string(), z.number()]).nullish(),
        overwrite: z.boolean().nullish(),
      }),
    )
    .nullish(),
  mounts: z.array(z.array(z.coerce.string())).nullish(),
  hostname: z.string().nullish(),
});

/** What of a cloud-config is carried out here; other keys are kept, to be named in the log. */
export type CloudConfig = z.infer<typeof schema>;
export type FileToWrite = NonNullable<CloudConfig["write_files"]>[number];
export type Command = z.infer<typeof command>;

/** User-data that is no cloud-config, or one that cloud-init would refuse. */
export class UserDataError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserDataError";
  }
}

/**
 * Reads user-data as the bootstrap provider of Cluster API writes it: a cloud-config, usually as a jinja template.
 * YAML is read as Python's parser does (version 1.1).
 *
 * @throws UserDataError naming the key; TemplateError from the template.
 */
export function readCloudConfig(userData: string, metaData: Readonly<Record<string, unknown>>): CloudConfig {
  const text = renderJinja(userData, metaData);
  if (text.trim() === "") return {};
  if (!/^#cloud-config\s*$/m.test(text.trimStart().split("\n", 1)[0] ?? "")) {
    throw new UserDataError(
      "user-data does not begin with #cloud-config; scripts and MIME archives are not played",
    );
  }
  let parsed: unknown;
  try {
    parsed = parse(text, { version: "1.1" });
  } catch (cause) {
    // The parser's message quotes the text around the fault, which may be a key.
    const line = (cause as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line;
    throw new UserDataError(`user-data is no YAML${line === undefined ? "" : ` from line ${line} on`}`);
  }
  const result = schema.safeParse(parsed ?? {});
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new UserDataError(`user-data: ${problems.join("; ")}`);
  }
  return result.data;
}

/** Keys that a real system would act on and this one only notes. */
export function ignoredKeys(config: CloudConfig): string[] {
  const known = Object.keys(schema.shape);
  return Object.keys(config).filter((key) => !known.includes(key));
}
