import { z } from "zod";
import { driverNeeds } from "../../components/config/driver-needs.ts";
import { knownDrivers } from "../../components/config/known-drivers.ts";
import { project } from "../../components/config/project.ts";

/** A host and whether each field of its login is set, its own or by its driver's default. */
export interface HostLogin {
  readonly host: string;
  readonly driver: string;
  readonly username: boolean;
  readonly password: boolean;
  /** The driver's devices may have no login. */
  readonly optional: boolean;
}

// Only what is needed here is read: a file with other mistakes can still get its logins; `pulumi preview` tells those.
const hostsShape = z.array(z.looseObject({ name: z.string(), driver: z.string() }));
const logins = z.record(
  z.string(),
  z.looseObject({ username: z.unknown(), password: z.unknown() }).partial(),
);
const credentialsShape = z
  .looseObject({ defaults: logins.default({}), hosts: logins.default({}) })
  .prefault({});

/**
 * What a stack file has of logins; encrypted values count as set.
 *
 * @throws {Error} when it declares no hosts with a name and a driver.
 */
export function labLogins(config: Record<string, unknown>): HostLogin[] {
  const hosts = hostsShape.safeParse(config[`${project}:hosts`]);
  if (!hosts.success) throw new Error(`the stack file declares no ${project}:hosts with name and driver`);
  const parsed = credentialsShape.safeParse(config[`${project}:credentials`]);
  const credentials = parsed.success ? parsed.data : { defaults: {}, hosts: {} };
  const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";
  return hosts.data.map(({ name, driver }) => {
    const [own, shared] = [credentials.hosts[name], credentials.defaults[driver]];
    const known = knownDrivers.find(({ name }) => name === driver);
    const fixed = known?.defaultUsername;
    return {
      host: name,
      driver,
      username: isSet(own?.username) || isSet(shared?.username) || fixed !== undefined,
      password: isSet(own?.password) || isSet(shared?.password),
      optional: known !== undefined && !driverNeeds(driver, "password"),
    };
  });
}
