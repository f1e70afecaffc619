/**
 * The emulator's configuration file. Pulumi's RedfishEmulator component checks what it declares with the same schema,
 * so a wrong entry fails at preview. Driver options are checked by parse-config.ts, which knows the drivers.
 */
import { z } from "zod";
import { usernameSchema } from "./auth/username.ts";
import { machineFactsSchema } from "./machine-facts-config.ts";

const address = z
  .string()
  .regex(
    /^(\[[0-9A-Fa-f:]+\]|[^\s:/@[\]]+)(:\d{1,5})?$/,
    "must be HOST or HOST:PORT without a scheme, e.g. 192.168.1.21:16992",
  )
  .refine((value) => {
    const port = /:(\d+)$/.exec(value)?.[1];
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65535);
  }, "the port must be between 1 and 65535");

/** Schema of a machine: an entry of `machines`, or a machine file. */
export const machineSchema = z.strictObject({
  /** Also the Redfish Id, so that a BMC address reads /redfish/v1/Systems/<name>. */
  name: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
      "must be a lower-case host name: letters, digits, - and .",
    ),
  /** SMBIOS UUID; made from the name when neither this nor the device gives one. */
  uuid: z.uuid("must be a UUID such as 55e3ae13-bfd2-61bb-17a0-88aedd7037ea").toLowerCase().optional(),
  /** Kind of a driver registered in drivers/index.ts. */
  driver: z.string().min(1),
  /** These three where the driver needs them (parse-config.ts); an absent address becomes the machine's name. */
  address: address.default(""),
  username: z.string().default(""),
  password: z.string().default(""),
  /** Of the machine, not of the plug; shown as EthernetInterfaces. */
  macs: z
    .array(
      z.string().regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, "must be a MAC such as 88:ae:dd:70:37:ea"),
    )
    .default([]),
  /** How long a power state read from this device is answered from the cache. */
  cacheSeconds: z.number().min(0).max(3600).optional(),
  /** For devices without a graceful off: refuse GracefulShutdown, or offer it as a cut of the power. */
  gracefulShutdown: z.enum(["refuse", "forceOff"]).default("refuse"),
  /** What the firmware boots in until a client changes it. */
  bootMode: z.enum(["UEFI", "Legacy"]).default("UEFI"),
  /** What is known about the machine; wins over what its device says. */
  facts: machineFactsSchema.optional(),
  /** The driver's own options. */
  options: z.record(z.string(), z.unknown()).default({}),
});

const userSchema = z.strictObject({
  username: usernameSchema,
  password: z.string().min(1, "must not be empty"),
  role: z.enum(["Administrator", "Operator", "ReadOnly"]),
});

/** Schema of config.json. Unknown keys are errors, since a misspelt one would be ignored silently. */
export const emulatorConfigSchema = z
  .strictObject({
    /** Further ones may stand in machine files (read-machine-files.ts). */
    machines: z.array(machineSchema),
    users: z.array(userSchema).min(1, "needs at least one user, or nobody can log in"),
    cacheSeconds: z.number().min(0).max(3600).default(30),
    /** Rows of the event log that are kept in the store. */
    eventLimit: z.number().int().min(100).max(1_000_000).default(10_000),
    metrics: z
      .strictObject({
        /** Whether GET /metrics needs no login. It tells machine names and what clients do, no secrets. */
        anonymous: z.boolean().default(false),
      })
      .prefault({}),
    /** Where in the Kubernetes of which the emulator is a pod the lab's objects are: the console then shows them. */
    kubernetes: z
      .strictObject({
        /** Of BareMetalHosts, Machines and Clusters. */
        namespace: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be the name of a namespace, e.g. clusters"),
      })
      .optional(),
    logLevel: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  })
  .superRefine((config, context) => {
    const unique = (
      list: "machines" | "users",
      field: string,
      values: readonly (string | undefined)[],
    ): void => {
      values.forEach((value, index) => {
        const first = values.indexOf(value);
        if (value !== undefined && first < index) {
          const message = `repeats ${list}[${first}].${field} (${value}); it must be unique`;
          context.addIssue({ code: "custom", path: [list, index, field], message });
        }
      });
    };
    unique(
      "machines",
      "name",
      config.machines.map((machine) => machine.name),
    );
    unique(
      "machines",
      "uuid",
      config.machines.map((machine) => machine.uuid),
    );
    // Two machines behind one device would switch each other off.
    unique(
      "machines",
      "address",
      config.machines.map((machine) => machine.address || undefined),
    );
    unique(
      "users",
      "username",
      config.users.map((user) => user.username),
    );
  });

/** The parsed configuration: defaults filled in. */
export type EmulatorConfig = z.output<typeof emulatorConfigSchema>;
/** What may be written in config.json: everything with a default is optional. */
export type EmulatorConfigInput = z.input<typeof emulatorConfigSchema>;
/** What may be written for a machine. */
export type MachineConfigInput = z.input<typeof machineSchema>;
export type MachineConfig = EmulatorConfig["machines"][number];
export type UserConfig = EmulatorConfig["users"][number];
