import { z } from "zod";
import { type EmulatorConfig, emulatorConfigSchema } from "./config.ts";
import type { DeviceField, DriverModule } from "./drivers/driver.ts";

/** Fields whose value is never shown; a request's headers and body may hold anything. */
const SECRET = /password|secret|token|key|headers|body/i;
const DEVICE_FIELDS: readonly DeviceField[] = ["address", "username", "password"];

/** Everything that is wrong with a configuration, one line for each mistake. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.name = "ConfigError";
    this.mistakes = mistakes;
  }
}

/**
 * Checks the content of config.json, driver options included.
 * @throws ConfigError naming every mistake with its path and value (secrets masked)
 */
export function parseConfig(content: unknown, drivers: readonly DriverModule[]): EmulatorConfig {
  const parsed = emulatorConfigSchema.safeParse(content);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => describe(issue, content)));
  const mistakes = parsed.data.machines.flatMap((machine, index) => {
    const driver = drivers.find(({ kind }) => kind === machine.driver);
    if (!driver) {
      const kinds = drivers.map(({ kind }) => kind).join(", ");
      return [`machines[${index}].driver: there is no driver ${machine.driver}; there are: ${kinds}`];
    }
    const missing = DEVICE_FIELDS.filter(
      (field) => machine[field] === "" && !driver.optionalFields?.includes(field),
    ).map((field) => `machines[${index}].${field}: is missing; the driver ${driver.kind} needs it`);
    const options = driver.options.safeParse(machine.options);
    if (options.success) return missing;
    const at = ["machines", index, "options"];
    const wrong = options.error.issues.map((issue) =>
      describe({ ...issue, path: [...at, ...issue.path] }, content),
    );
    return [...missing, ...wrong];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const machines = parsed.data.machines.map((machine) => ({
    ...machine,
    address: machine.address || machine.name,
  }));
  return { ...parsed.data, machines };
}

function describe(issue: z.core.$ZodIssue, content: unknown): string {
  const path = z.core.toDotPath(issue.path) || "(whole file)";
  const value = issue.path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    content,
  );
  return `${path}: ${issue.message}${shown(value, issue.path)}`;
}

function shown(value: unknown, path: readonly PropertyKey[]): string {
  if (path.some((key) => SECRET.test(String(key))))
    return value === undefined ? "" : " (the value is secret)";
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return "";
  return ` (it is ${JSON.stringify(typeof value === "string" ? withoutLogin(value) : value)})`;
}

/** A URL's login and query may be secrets. */
function withoutLogin(text: string): string {
  return text.replace(/(?<=:\/\/)[^/]*@/, "…@").replace(/(?<=:\/\/.*)\?.*$/s, "?…");
}
