import { account } from "./account.ts";
import { accountService } from "./account-service.ts";
import { accountMembers, accounts } from "./accounts.ts";
import { chassis, oneChassis } from "./chassis.ts";
import { environmentMetrics } from "./environment-metrics.ts";
import { ethernetInterface, ethernetInterfaces } from "./ethernet-interfaces.ts";
import { manager, managers } from "./managers.ts";
import { metadata, odata } from "./metadata.ts";
import { processor, processors } from "./processors.ts";
import type { Resource } from "./resource.ts";
import { role, roles } from "./roles.ts";
import { serviceRoot, versions } from "./service-root.ts";
import { sessionService } from "./session-service.ts";
import { session, sessionMembers, sessions } from "./sessions.ts";
import { system } from "./system.ts";
import { systemReset } from "./system-reset.ts";
import { systems } from "./systems.ts";

/** The whole tree, in the order of the specification. A resource is served whole or not at all. */
export const resources: readonly Resource[] = [
  versions,
  serviceRoot,
  odata,
  metadata,
  sessionService,
  sessions,
  // Before session: "Members" is no id.
  sessionMembers,
  session,
  accountService,
  accounts,
  // As with sessions.
  accountMembers,
  account,
  roles,
  role,
  systems,
  system,
  systemReset,
  ethernetInterfaces,
  ethernetInterface,
  processors,
  processor,
  chassis,
  oneChassis,
  environmentMetrics,
  managers,
  manager,
];
