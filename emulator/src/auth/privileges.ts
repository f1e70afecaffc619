import type { UserConfig } from "../config.ts";

export type Role = UserConfig["role"];
export type Privilege =
  | "Login"
  | "ConfigureManager"
  | "ConfigureUsers"
  | "ConfigureSelf"
  | "ConfigureComponents";

/** The standard roles and what they may (DSP0266, "Roles"). */
export const ROLES: Readonly<Record<Role, ReadonlySet<Privilege>>> = {
  Administrator: new Set([
    "Login",
    "ConfigureManager",
    "ConfigureUsers",
    "ConfigureSelf",
    "ConfigureComponents",
  ]),
  Operator: new Set(["Login", "ConfigureSelf", "ConfigureComponents"]),
  ReadOnly: new Set(["Login", "ConfigureSelf"]),
};

type Reading = "GET";
type Writing = "POST" | "PATCH" | "DELETE";

/**
 * Any of these privileges lets a method through, by kind of resource: the lines of DMTF's Redfish_1.8.0
 * PrivilegeRegistry for what the emulator serves. "nobody" needs no login; a method without a line is refused to all.
 */
const MAP = {
  ServiceRoot: { GET: "nobody" },
  Metadata: { GET: "nobody" },
  SessionService: { GET: ["Login"] },
  SessionCollection: { GET: ["Login"], POST: "nobody" },
  // ConfigureSelf counts for one's own session only: the resource checks whose it is.
  Session: { GET: ["ConfigureManager", "ConfigureSelf"], DELETE: ["ConfigureManager", "ConfigureSelf"] },
  ComputerSystemCollection: { GET: ["Login"] },
  ComputerSystem: { GET: ["Login"], PATCH: ["ConfigureComponents"], POST: ["ConfigureComponents"] },
  EthernetInterfaceCollection: { GET: ["Login"] },
  EthernetInterface: { GET: ["Login"] },
  ChassisCollection: { GET: ["Login"] },
  Chassis: { GET: ["Login"] },
  ManagerCollection: { GET: ["Login"] },
  Manager: { GET: ["Login"] },
} as const satisfies Record<string, Partial<Record<Reading | Writing, "nobody" | readonly Privilege[]>>>;

export type Entity = keyof typeof MAP;
export type Method = Reading | Writing;

/** Whether a method on a kind of resource is open to all. */
export function needsNoLogin(entity: Entity, method: Method): boolean {
  return lineFor(entity, method) === "nobody";
}

export function mayCall(role: Role, entity: Entity, method: Method): boolean {
  const line = lineFor(entity, method);
  if (line === "nobody") return true;
  return line?.some((privilege) => ROLES[role].has(privilege)) ?? false;
}

function lineFor(entity: Entity, method: Method): "nobody" | readonly Privilege[] | undefined {
  const lines: Partial<Record<Method, "nobody" | readonly Privilege[]>> = MAP[entity];
  return lines[method];
}
