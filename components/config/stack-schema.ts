import { z } from "zod";
import { driverNeeds } from "./driver-needs.ts";
import { hostSchema } from "./host.ts";
import { knownDrivers } from "./known-drivers.ts";
import { labSchema } from "./lab.ts";
import { project } from "./project.ts";

type JsonSchema = Record<string, unknown>;

/** What `pulumi config set --secret` leaves in the file in the place of a value. */
const encrypted: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
  description: "A value encrypted by Pulumi.",
};

/** Of a host: some drivers can do without an address. */
const addressWhereNeeded: JsonSchema = {
  if: {
    properties: {
      driver: {
        description: "Drivers whose devices have an address.",
        enum: knownDrivers.map(({ name }) => name).filter((name) => driverNeeds(name, "address")),
      },
    },
    required: ["driver"],
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ["address"] },
};

/** Pulumi's own keys beside `config`. */
const stackKeys: JsonSchema = {
  secretsprovider: { type: "string", description: "Who encrypts the secrets." },
  encryptedkey: { type: "string", description: "Written by Pulumi." },
  encryptionsalt: { type: "string", description: "Written by Pulumi." },
  environment: { description: "Pulumi ESC environments." },
};

/**
 * The JSON Schema (draft-07, which editors' YAML support knows best) of a Pulumi.<stack>.yaml of this project: made from the
 * zod schema, so that what an editor completes is what the program accepts. Rules that span fields are the program's alone.
 */
export function stackSchema(): JsonSchema {
  const lab = z.toJSONSchema(labSchema, {
    target: "draft-7",
    io: "input",
    override: ({ zodSchema, jsonSchema, path }) => {
      if (path.at(-1) === "driver") jsonSchema.enum = knownDrivers.map((driver) => driver.name);
      if (zodSchema === hostSchema) jsonSchema.allOf = [addressWhereNeeded];
      // A login may be encrypted field by field.
      if (!(zodSchema instanceof z.ZodObject) || !Object.hasOwn(zodSchema.shape, "password")) return;
      const fields = Object.entries(jsonSchema.properties ?? {}).map(([field, schema]) => {
        const { description, ...plain } = typeof schema === "object" ? schema : {};
        return [field, { description, anyOf: [plain, encrypted] }];
      });
      jsonSchema.properties = Object.fromEntries(fields);
    },
  });
  const fields = Object.entries(lab.properties ?? {});
  const prefixed = (name: string): string => `${project}:${name}`;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A lab: Pulumi.<stack>.yaml of edge-lab",
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "The lab's description.",
        properties: Object.fromEntries(fields.map(([name, schema]) => [prefixed(name), schema])),
        patternProperties: { [`^${project}:(?!(${fields.map(([name]) => name).join("|")})$)`]: false },
        required: (lab.required ?? []).map(prefixed),
      },
      ...stackKeys,
    },
    required: ["config"],
    additionalProperties: false,
  };
}
