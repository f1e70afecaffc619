import { z } from "zod";

/** Actions that may be configured besides the three that every device needs: status, on and off. */
export const optionalActions = ["cycle", "reset", "gracefulOff"] as const;

const placeholder = /\{[^}]*\}/;
const argument = z
  .string()
  .refine(
    (word) => !placeholder.test(word) || /^\{(action|name|address)\}$/.test(word),
    "a placeholder must be a whole argument: {action}, {name} or {address}",
  );

const executable = z.strictObject({
  /** Absolute, since no shell and no search path is involved. */
  path: z.string().startsWith("/", "must be an absolute path"),
  /** {action} becomes status, on, off, cycle, reset or gracefulOff. */
  args: z.array(argument).default(["{action}"]),
  /** What it can do besides status, on and off. */
  actions: z.array(z.enum(optionalActions)).default([]),
});

const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).refine((text) => {
  const { username, password } = URL.canParse(text) ? new URL(text) : { username: "", password: "" };
  return username === "" && password === "";
}, "must not hold a login: set the machine's username and password");

const request = z.strictObject({
  url,
  method: z.enum(["GET", "POST", "PUT", "PATCH"]).default("GET"),
  body: z.string().optional(),
});

const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text, "i") instanceof RegExp;
  } catch {
    return false;
  }
}, "is not a regular expression");

const webhook = z.strictObject({
  status: request,
  on: request,
  off: request,
  cycle: request.optional(),
  reset: request.optional(),
  gracefulOff: request.optional(),
  /** The login goes by Basic authentication, so that no secret stands here. */
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, "is not a header name"), z.string().regex(/^[\t\x20-\x7e]*$/))
    .refine(
      (headers) => !Object.keys(headers).some((name) => /^(proxy-)?authorization$/i.test(name)),
      "must not hold Authorization: set the machine's username and password",
    )
    .default({}),
  /** PEM authorities to trust instead of the system's. Verification cannot be switched off. */
  caFile: z.string().startsWith("/", "must be an absolute path").optional(),
  /** JSON pointer (RFC 6901) to the power in status's answer; without it the whole text counts. */
  pointer: z
    .string()
    .regex(/^(\/([^~]|~[01])*)?$/, "must be a JSON pointer such as /relay/on")
    .optional(),
  /** Case is ignored. */
  onPattern: pattern.default("^\\s*(on|true|1)\\s*$"),
  offPattern: pattern.default("^\\s*(off|false|0)\\s*$"),
});

/** Options of the command driver in a machine's entry: exactly one way to the device. */
export const commandOptionsSchema = z
  .strictObject({ executable: executable.optional(), webhook: webhook.optional() })
  .refine((options) => (options.executable === undefined) !== (options.webhook === undefined), {
    message: "needs exactly one of executable and webhook",
  });

export type CommandOptions = z.output<typeof commandOptionsSchema>;
export type ExecutableOptions = z.output<typeof executable>;
export type WebhookOptions = z.output<typeof webhook>;
