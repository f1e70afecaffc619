import type { UserConfig } from "../config.ts";

export type Role = UserConfig["role"];
export type Privilege =
  | "Login"
  | "ConfigureManager"
  | "ConfigureUsers"
  | "ConfigureSelf"
  | "ConfigureComponents";

/** The predefined roles and what they may (DSP0266, "Roles"), in the order of its table. */
export const ROLES: Readonly<Record<Role, ReadonlySet<Privilege>>> = {
  Administrator: new Set([
    "Login",
    "ConfigureManager",
    "ConfigureUsers",
    "ConfigureComponents",
    "ConfigureSelf",
  ]),
  Operator: new Set(["Login", "ConfigureComponents", "ConfigureSelf"]),
  ReadOnly: new Set(["Login", "ConfigureSelf"]),
};

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Any of these privileges is enough; "nobody" needs no login. */
type Rule = "nobody" | readonly Privilege[];
type Rules = Partial<Record<Method, Rule>>;

/**
 * Which privileges let a method through, by kind of resource: the lines of DMTF's Redfish_1.8.0 PrivilegeRegistry for
 * what the emulator serves; `properties` are its PropertyOverrides. A method without a line is refused to all.
 * ConfigureSelf counts only for what is the user's own: the account and its sessions.
 */
const MAP = {
  ServiceRoot: { GET: "nobody" },
  Metadata: { GET: "nobody" },
  SessionService: { GET: ["Login"] },
  SessionCollection: { GET: ["Login"], POST: "nobody" },
  Session: { GET: ["ConfigureManager", "ConfigureSelf"], DELETE: ["ConfigureManager", "ConfigureSelf"] },
  AccountService: { GET: ["Login"] },
  ManagerAccountCollection: { GET: ["Login"], POST: ["ConfigureUsers"] },
  ManagerAccount: {
    GET: ["ConfigureManager", "ConfigureUsers", "ConfigureSelf"],
    PATCH: ["ConfigureUsers"],
    DELETE: ["ConfigureUsers"],
    properties: { Password: { PATCH: ["ConfigureUsers", "ConfigureSelf"] } },
  },
  RoleCollection: { GET: ["Login"] },
  Role: { GET: ["Login"] },
  ComputerSystemCollection: { GET: ["Login"] },
  ComputerSystem: { GET: ["Login"], PATCH: ["ConfigureComponents"], POST: ["ConfigureComponents"] },
  EthernetInterfaceCollection: { GET: ["Login"] },
  EthernetInterface: { GET: ["Login"] },
  ProcessorCollection: { GET: ["Login"] },
  Processor: { GET: ["Login"] },
  ChassisCollection: { GET: ["Login"] },
  Chassis: { GET: ["Login"] },
  EnvironmentMetrics: { GET: ["Login"] },
  SensorCollection: { GET: ["Login"] },
  Sensor: { GET: ["Login"] },
  SimpleStorageCollection: { GET: ["Login"] },
  SimpleStorage: { GET: ["Login"] },
  LogServiceCollection: { GET: ["Login"] },
  LogService: { GET: ["Login"] },
  LogEntryCollection: { GET: ["Login"] },
  LogEntry: { GET: ["Login"] },
  // Stricter than DMTF's: it tells who logged in from where.
  AuditEntryCollection: { GET: ["ConfigureManager"] },
  AuditEntry: { GET: ["ConfigureManager"] },
  EventService: { GET: ["Login"], POST: ["ConfigureManager"] },
  EventDestinationCollection: { GET: ["Login"], POST: ["ConfigureManager"] },
  // Stricter than DMTF's: a destination may hold a token.
  EventDestination: {
    GET: ["ConfigureManager", "ConfigureSelf"],
    PATCH: ["ConfigureManager", "ConfigureSelf"],
    DELETE: ["ConfigureManager", "ConfigureSelf"],
  },
  MessageRegistryFileCollection: { GET: ["Login"] },
  MessageRegistryFile: { GET: ["Login"] },
  JsonSchemaFileCollection: { GET: ["Login"] },
  JsonSchemaFile: { GET: ["Login"] },
  ManagerNetworkProtocol: { GET: ["Login"] },
  ManagerCollection: { GET: ["Login"] },
  Manager: { GET: ["Login"] },
} as const satisfies Record<string, Rules & { readonly properties?: Readonly<Record<string, Rules>> }>;

export type Entity = keyof typeof MAP;

/** Whether a method on a kind of resource is open to all. */
export function needsNoLogin(entity: Entity, method: Method): boolean {
  return rulesOf(entity)[method] === "nobody";
}

/**
 * Whether a role may call a method, on the whole resource or on at least one of its properties.
 * @param own whether the resource is the user's own
 */
export function mayCall(role: Role, entity: Entity, method: Method, own = false): boolean {
  const whole = rulesOf(entity);
  if (fulfils(role, whole[method], own)) return true;
  return Object.values(whole.properties ?? {}).some((rules) => fulfils(role, rules[method], own));
}

/** Whether a role may set one property by PATCH. */
export function maySet(role: Role, entity: Entity, property: string, own = false): boolean {
  const { properties = {}, PATCH: whole } = rulesOf(entity);
  const override = Object.hasOwn(properties, property) ? properties[property] : undefined;
  return fulfils(role, override?.PATCH ?? whole, own);
}

function fulfils(role: Role, rule: Rule | undefined, own: boolean): boolean {
  if (rule === undefined || rule === "nobody") return rule === "nobody";
  return rule.some((privilege) => ROLES[role].has(privilege) && (own || privilege !== "ConfigureSelf"));
}

function rulesOf(entity: Entity): Rules & { readonly properties?: Readonly<Record<string, Rules>> } {
  return MAP[entity];
}
