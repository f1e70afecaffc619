/** DMTF schema versions of everything the emulator serves (DSP8010 2025.4). */
export const SCHEMAS = {
  ServiceRoot: "v1_17_0",
  SessionService: "v1_1_9",
  Session: "v1_7_1",
  AccountService: "v1_18_1",
  ManagerAccount: "v1_14_1",
  Role: "v1_3_3",
  ComputerSystem: "v1_22_0",
  Chassis: "v1_25_0",
  Manager: "v1_19_0",
  EthernetInterface: "v1_12_0",
  Processor: "v1_20_0",
  EnvironmentMetrics: "v1_3_2",
  Sensor: "v1_12_0",
  SimpleStorage: "v1_3_2",
  LogService: "v1_9_0",
  LogEntry: "v1_19_0",
  EventService: "v1_12_0",
  EventDestination: "v1_16_0",
  ManagerNetworkProtocol: "v1_12_0",
  MessageRegistryFile: "v1_1_5",
  JsonSchemaFile: "v1_1_5",
} as const;

/** Collections have no versions. */
export const COLLECTIONS = [
  "SessionCollection",
  "ManagerAccountCollection",
  "RoleCollection",
  "ComputerSystemCollection",
  "ChassisCollection",
  "ManagerCollection",
  "EthernetInterfaceCollection",
  "ProcessorCollection",
  "SensorCollection",
  "SimpleStorageCollection",
  "LogServiceCollection",
  "LogEntryCollection",
  "EventDestinationCollection",
  "MessageRegistryFileCollection",
  "JsonSchemaFileCollection",
] as const;

export type SchemaName = keyof typeof SCHEMAS | (typeof COLLECTIONS)[number];

/** The value of `@odata.type`, e.g. `#Chassis.v1_25_0.Chassis`. */
export function odataType(name: SchemaName): string {
  const version = Object.entries(SCHEMAS).find(([schema]) => schema === name)?.[1];
  return version ? `#${name}.${version}.${name}` : `#${name}.${name}`;
}

/** Where DMTF publishes the JSON schema of a payload; undefined for what is no Redfish resource. */
export function describedBy(body: object | string | undefined): string | undefined {
  if (typeof body !== "object" || !("@odata.type" in body)) return undefined;
  const [, schema, version] = /^#(\w+)(?:\.(v\w+))?\.\w+$/.exec(String(body["@odata.type"])) ?? [];
  return schema && `http://redfish.dmtf.org/schemas/v1/${schema}${version ? `.${version}` : ""}.json`;
}
