/** Where things are. Fixed: Ironic keeps a BMC's address for ever. */
export const ROOT = "/redfish/v1";

const system = (name: string): string => `${ROOT}/Systems/${name}`;

export const uris = {
  sessionService: `${ROOT}/SessionService`,
  sessions: `${ROOT}/SessionService/Sessions`,
  sessionMembers: `${ROOT}/SessionService/Sessions/Members`,
  session: (id: string): string => `${ROOT}/SessionService/Sessions/${id}`,
  accountService: `${ROOT}/AccountService`,
  accounts: `${ROOT}/AccountService/Accounts`,
  accountMembers: `${ROOT}/AccountService/Accounts/Members`,
  account: (id: string): string => `${ROOT}/AccountService/Accounts/${id}`,
  roles: `${ROOT}/AccountService/Roles`,
  role: (id: string): string => `${ROOT}/AccountService/Roles/${id}`,
  systems: `${ROOT}/Systems`,
  system,
  systemReset: (name: string): string => `${system(name)}/Actions/ComputerSystem.Reset`,
  ethernetInterfaces: (name: string): string => `${system(name)}/EthernetInterfaces`,
  ethernetInterface: (name: string, id: string): string => `${system(name)}/EthernetInterfaces/${id}`,
  processors: (name: string): string => `${system(name)}/Processors`,
  processor: (name: string, id: string): string => `${system(name)}/Processors/${id}`,
  chassis: `${ROOT}/Chassis`,
  oneChassis: (name: string): string => `${ROOT}/Chassis/${name}`,
  environmentMetrics: (name: string): string => `${ROOT}/Chassis/${name}/EnvironmentMetrics`,
  sensors: (name: string): string => `${ROOT}/Chassis/${name}/Sensors`,
  sensor: (name: string, id: string): string => `${ROOT}/Chassis/${name}/Sensors/${id}`,
  simpleStorages: (name: string): string => `${system(name)}/SimpleStorage`,
  simpleStorage: (name: string): string => `${system(name)}/SimpleStorage/Disks`,
  machineLogs: (name: string): string => `${system(name)}/LogServices`,
  machineLog: (name: string): string => `${system(name)}/LogServices/Events`,
  machineLogEntries: (name: string): string => `${system(name)}/LogServices/Events/Entries`,
  machineLogEntry: (name: string, id: string): string => `${system(name)}/LogServices/Events/Entries/${id}`,
  eventService: `${ROOT}/EventService`,
  eventStream: `${ROOT}/EventService/SSE`,
  submitTestEvent: `${ROOT}/EventService/Actions/EventService.SubmitTestEvent`,
  subscriptions: `${ROOT}/EventService/Subscriptions`,
  subscriptionMembers: `${ROOT}/EventService/Subscriptions/Members`,
  subscription: (id: string): string => `${ROOT}/EventService/Subscriptions/${id}`,
  registries: `${ROOT}/Registries`,
  registry: (id: string): string => `${ROOT}/Registries/${id}`,
  registryContent: (id: string): string => `${ROOT}/Registries/${id}/${id}.json`,
  jsonSchemas: `${ROOT}/JsonSchemas`,
  jsonSchema: (id: string): string => `${ROOT}/JsonSchemas/${id}`,
  serviceManager: `${ROOT}/Managers/Service`,
  networkProtocol: `${ROOT}/Managers/Service/NetworkProtocol`,
  auditLogs: `${ROOT}/Managers/Service/LogServices`,
  auditLog: `${ROOT}/Managers/Service/LogServices/Audit`,
  auditEntries: `${ROOT}/Managers/Service/LogServices/Audit/Entries`,
  auditEntry: (id: string): string => `${ROOT}/Managers/Service/LogServices/Audit/Entries/${id}`,
  managers: `${ROOT}/Managers`,
  manager: (name: string): string => `${ROOT}/Managers/${name}`,
} as const;

/** A reference to another resource. */
export function link(uri: string): { readonly "@odata.id": string } {
  return { "@odata.id": uri };
}
