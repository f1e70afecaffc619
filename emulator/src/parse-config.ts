import { z } from "zod";
import { type EmulatorConfig, emulatorConfigSchema, type MachineConfig, machineSchema } from "./config.ts";
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
  const mistakes = parsed.data.machines.flatMap((machine, index) =>
    deviceMistakes(machine, drivers, ["machines", index], content),
  );
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return { ...parsed.data, machines: parsed.data.machines.map(withAddress) };
}

/**
 * Checks the content of a machine file, driver options included.
 * @throws ConfigError naming every mistake with the file, its path in there and its value (secrets masked)
 */
export function parseMachine(
  content: unknown,
  drivers: readonly DriverModule[],
  file: string,
): MachineConfig {
  const parsed = machineSchema.safeParse(content);
  const mistakes = parsed.success
    ? deviceMistakes(parsed.data, drivers, [], content)
    : parsed.error.issues.map((issue) => describe(issue, content));
  if (!parsed.success || mistakes.length > 0) {
    throw new ConfigError(mistakes.map((mistake) => `${file}: ${mistake}`));
  }
  return withAddress(parsed.data);
}

/** What only the machine's driver knows to be wrong. */
function deviceMistakes(
  machine: MachineConfig,
  drivers: readonly DriverModule[],
  at: readonly PropertyKey[],
  content: unknown,
): string[] {
  const path = (field: string): string => z.core.toDotPath([...at, field]);
  const driver = drivers.find(({ kind }) => kind === machine.driver);
  if (!driver) {
    const kinds = drivers.map(({ kind }) => kind).join(", ");
    return [`${path("driver")}: there is no driver ${machine.driver}; there are: ${kinds}`];
  }
  const missing = DEVICE_FIELDS.filter(
    (field) => machine[field] === "" && !driver.optionalFields?.includes(field),
  ).map((field) => `${path(field)}: is missing; the driver ${driver.kind} needs it`);
  const options = driver.options.safeParse(machine.options);
  if (options.success) return missing;
  const wrong = options.error.issues.map((issue) =>
    describe({ ...issue, path: [...at, "options", ...issue.path] }, content),
  );
  return [...missing, ...wrong];
}

function withAddress(machine: MachineConfig): MachineConfig {
  return { ...machine, address: machine.address || machine.name };
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
