import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** Linux takes at most 107 bytes for the path of a unix socket. */
const SOCKET_PATH_BYTES = 107;

const ms = z.int().nonnegative();

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dots and dashes only: it names a file"),
  host: z.string().min(1),
  port: z.int().min(0).max(65_535),
  username: z.string().min(1),
  password: z.string().min(1),
  // Not z.uuid(): firmware writes what it likes, versions and variants that no RFC knows.
  uuid: z.guid().optional(),
  macs: z.array(z.string()).default([]),
  power: z.enum(["on", "off"]).optional(),
  /** Checked by the device itself. */
  faults: z.record(z.string(), z.unknown()).optional(),
};

const amtSchema = z.strictObject({
  ...common,
  kind: z.literal("amt"),
  tls: z.boolean().optional(),
  timing: z.strictObject({ settleMs: ms, busyMs: ms, cycleOffMs: ms, gracefulMs: ms }).partial().optional(),
});

const tapoSchema = z.strictObject({
  ...common,
  kind: z.literal("tapo"),
  model: z.enum(["P100", "P110"]).optional(),
  /** UDP. Without it: 20002 as on real plugs, where no other plug of the file has the same host; else none. */
  discoveryPort: z.int().min(0).max(65_535).optional(),
  timing: z.strictObject({ switchMs: ms }).partial().optional(),
});

/** The file that `sim/devices/main.ts` is started with. */
export const devicesConfigSchema = z
  .strictObject({
    /** Where the power of each device is kept. */
    stateDir: z.string().min(1),
    /** The unix socket of the control API. */
    control: z.string().refine((path) => Buffer.byteLength(path) <= SOCKET_PATH_BYTES, {
      error: `longer than the ${SOCKET_PATH_BYTES} bytes that a socket's path may have; put the state into a folder nearer to the root`,
    }),
    devices: z.array(z.discriminatedUnion("kind", [amtSchema, tapoSchema])),
  })
  .superRefine(({ devices }, context) => {
    const seen = new Map<string, string>();
    devices.forEach((device, index) => {
      const address = device.port === 0 ? [] : [["port", `${device.host}:${device.port}`] as const];
      for (const [field, value] of [["name", device.name] as const, ...address]) {
        const other = seen.get(`${field} ${value}`);
        if (other !== undefined) {
          const message = `${value} is taken by ${other}; give each device its own`;
          context.addIssue({ code: "custom", path: ["devices", index, field], message });
        }
        seen.set(`${field} ${value}`, `devices[${index}]`);
      }
    });
  });

export type DevicesConfig = z.infer<typeof devicesConfigSchema>;
export type DeviceConfig = DevicesConfig["devices"][number];

/** @throws Error that names the file, every mistake and no password. */
export function readDevicesConfig(file: string): DevicesConfig {
  if (!existsSync(file))
    throw new Error(`${file} does not exist. Fix: name the devices' file with --config.`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The parser's own message quotes the file, passwords and all.
    throw new Error(`${file} is no JSON.`);
  }
  const result = devicesConfigSchema.safeParse(content);
  if (!result.success) throw new Error(`${file} is not right:\n${z.prettifyError(result.error)}`);
  return result.data;
}
