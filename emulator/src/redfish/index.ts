import { account } from "./account.ts";
import { accountService } from "./account-service.ts";
import { accountMembers, accounts } from "./accounts.ts";
import { auditEntries, auditEntry, auditLog, auditLogs } from "./audit-log.ts";
import { chassis, oneChassis } from "./chassis.ts";
import { environmentMetrics } from "./environment-metrics.ts";
import { ethernetInterface, ethernetInterfaces } from "./ethernet-interfaces.ts";
import { eventService, eventStream, submitTestEvent } from "./event-service.ts";
import { jsonSchema, jsonSchemas } from "./json-schemas.ts";
import { machineLog, machineLogEntries, machineLogEntry, machineLogs } from "./machine-log.ts";
import { manager, managers } from "./managers.ts";
import { metadata, odata } from "./metadata.ts";
import { processor, processors } from "./processors.ts";
import { registries, registry, registryContent } from "./registries.ts";
import type { Resource } from "./resource.ts";
import { role, roles } from "./roles.ts";
import { sensor, sensors } from "./sensors.ts";
import { networkProtocol, serviceManager } from "./service-manager.ts";
import { serviceRoot, versions } from "./service-root.ts";
import { sessionService } from "./session-service.ts";
import { session, sessionMembers, sessions } from "./sessions.ts";
import { simpleStorage, simpleStorages } from "./simple-storage.ts";
import { subscription, subscriptionMembers, subscriptions } from "./subscriptions.ts";
import { system } from "./system.ts";
import { systemReset } from "./system-reset.ts";
import { systems } from "./systems.ts";

/** The whole tree, in the order of the specification. The first URI that fits is it: exact ones go before those with `:names`. */
export const resources: readonly Resource[] = [
  versions,
  serviceRoot,
  odata,
  metadata,
  registries,
  registry,
  registryContent,
  jsonSchemas,
  jsonSchema,
  eventService,
  eventStream,
  submitTestEvent,
  subscriptions,
  subscriptionMembers,
  subscription,
  sessionService,
  sessions,
  sessionMembers,
  session,
  accountService,
  accounts,
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
  simpleStorages,
  simpleStorage,
  machineLogs,
  machineLog,
  machineLogEntries,
  machineLogEntry,
  chassis,
  oneChassis,
  environmentMetrics,
  sensors,
  sensor,
  managers,
  serviceManager,
  networkProtocol,
  auditLogs,
  auditLog,
  auditEntries,
  auditEntry,
  manager,
];
