import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { fingerprint256 } from "../fingerprint256.ts";

/** What a device may be able to do besides status, on and off, which each one needs. */
const optionalActions = ["cycle", "reset", "gracefulOff", "gracefulReset", "nmi"] as const;

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
  /** {action} becomes status, on, off or one of `actions`. */
  args: z.array(argument).default(["{action}"]),
  actions: z.array(z.enum(optionalActions)).default([]),
});

const request = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).refine((text) => {
      const { username, password } = URL.canParse(text) ? new URL(text) : { username: "", password: "" };
      return username === "" && password === "";
    }, "must not hold a login: set the machine's username and password"),
    method: z.enum(["GET", "POST", "PUT", "PATCH"]).default("GET"),
    /** Sent as application/json unless `headers` says otherwise. */
    body: z.string().optional(),
  })
  .refine(({ method, body }) => method !== "GET" || body === undefined, {
    path: ["body"],
    message: "cannot go with GET; set method",
  });

const headerName = z.string().regex(/^[A-Za-z0-9-]+$/, "is not a header name");

const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text, "i") instanceof RegExp;
  } catch {
    return false;
  }
}, "is not a regular expression");

const authorities = z.string().refine((text) => {
  const found = text.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [];
  try {
    return found.length > 0 && found.every((pem) => new X509Certificate(pem).subject !== undefined);
  } catch {
    return false;
  }
}, "must be certificates in PEM form (-----BEGIN CERTIFICATE-----)");

const webhook = z
  .strictObject({
    status: request,
    on: request,
    off: request,
    cycle: request.optional(),
    reset: request.optional(),
    gracefulOff: request.optional(),
    gracefulReset: request.optional(),
    nmi: request.optional(),
    /** How the machine's login is sent: as Basic authentication, its password as a Bearer token or in a header. */
    authentication: z
      .union([z.enum(["basic", "bearer"]), z.strictObject({ header: headerName })], {
        error: 'must be "basic", "bearer" or {"header": "X-Name"}',
      })
      .default("basic"),
    /** No secrets: those belong into the machine's password. */
    headers: z
      .record(headerName, z.string().regex(/^[\t\x20-\x7e]*$/, "must be printable ASCII"))
      .refine(
        (headers) => !Object.keys(headers).some((name) => /^(proxy-)?authorization$/i.test(name)),
        "must not hold Authorization: set the machine's username and password",
      )
      .default({}),
    /** PEM: the authorities to trust instead of the system's. */
    ca: authorities.optional(),
    /** The one certificate to accept, whoever signed it. */
    fingerprint256: fingerprint256.optional(),
    /** Allow http URLs. */
    insecureHttp: z.boolean().default(false),
    /** JSON pointer (RFC 6901) to the power in the answer to `status`; without it the whole text counts. */
    pointer: z
      .string()
      .regex(/^(\/([^~/]|~[01])*)*$/, "must be a JSON pointer such as /relay/on")
      .optional(),
    /** Case is ignored. */
    onPattern: pattern.default("^\\s*(on|true|1)\\s*$"),
    offPattern: pattern.default("^\\s*(off|false|0)\\s*$"),
  })
  .superRefine((options, context) => {
    const refuse = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    let secure = false;
    for (const name of ["status", "on", "off", ...optionalActions] as const) {
      const url = options[name]?.url ?? "https:";
      secure ||= options[name] !== undefined && url.startsWith("https:");
      if (url.startsWith("https:") || options.insecureHttp) continue;
      refuse([name, "url"], "crosses the network in the clear: use https, or set insecureHttp: true");
    }
    if (options.ca !== undefined && options.fingerprint256 !== undefined)
      refuse(["ca"], "has no effect beside fingerprint256, which trusts one certificate; set one of them");
    for (const name of ["ca", "fingerprint256"] as const) {
      if (options[name] !== undefined && !secure) refuse([name], "has no effect without an https URL");
    }
  });

/** Options of the command driver in a machine's entry: exactly one way to the device. */
export const commandOptionsSchema = z
  .strictObject({
    executable: executable.optional(),
    webhook: webhook.optional(),
    /** Seconds between two actions, where the device needs a rest. */
    actionGapSeconds: z.number().min(0).max(40).default(0),
  })
  .refine((options) => (options.executable === undefined) !== (options.webhook === undefined), {
    message: "needs exactly one of executable and webhook",
  });

export type CommandOptions = z.output<typeof commandOptionsSchema>;
export type ExecutableOptions = z.output<typeof executable>;
export type WebhookOptions = z.output<typeof webhook>;
export type WebhookRequest = z.output<typeof request>;
