/**
 * The emulator with devices that answer at once and touch nothing, as the peer's fake driver does: what is measured is the
 * service and not a device. A process of its own; prints its URL when it listens.
 *
 * Usage: node bench/emulator/serve.ts <machines> [TLS folder]; with BENCH_FAULTS=1 one call in five fails
 */
import { z } from "zod";
import { emulatorConfigSchema } from "../../emulator/src/config.ts";
import type { DevicePower, DriverModule } from "../../emulator/src/drivers/driver.ts";
import { DeviceError } from "../../emulator/src/drivers/errors.ts";
import { createLogger } from "../../emulator/src/log.ts";
import { Emulator } from "../../emulator/src/server.ts";

const [machines = "3", tlsFolder] = process.argv.slice(2);

function fail(): void {
  if (process.env.BENCH_FAULTS !== "1" || Math.random() >= 0.2) return;
  throw new DeviceError(Math.random() < 0.5 ? "timeout" : "unreachable", "a fault, on purpose");
}

const instant: DriverModule = {
  kind: "instant",
  options: z.strictObject({}),
  minimumGapMs: 0,
  create: () => {
    let power: DevicePower = "Off";
    return {
      capabilities: {
        actions: ["on", "off", "reset"],
        bootTargets: ["Pxe", "Hdd"],
        bootOverride: "enforced",
      },
      readPower: async () => {
        fail();
        return { power };
      },
      act: async (action) => {
        fail();
        power = action === "off" ? "Off" : "On";
        return "accepted";
      },
      close: async () => undefined,
    };
  },
};

const config = emulatorConfigSchema.parse({
  machines: Array.from({ length: Number(machines) }, (_, index) => ({
    name: `node-${index}`,
    driver: "instant",
    address: `192.0.2.${index}`.replace(
      /\.(\d+)$/,
      (_whole, last: string) => `.${Number(last) % 250}:${1 + index}`,
    ),
    username: "u",
    password: "p",
    macs: ["00:00:5e:00:53:01"],
    facts: { memoryGiB: 16, processors: { count: 1, architecture: "x86_64", cores: 6, threads: 6 } },
  })),
  users: [{ username: "bench", password: "bench-password", role: "Administrator" }],
  // As in a lab.
  logLevel: "info",
});
const emulator = await Emulator.start({
  config,
  drivers: [instant],
  host: "127.0.0.1",
  port: 0,
  ...(tlsFolder !== undefined && { tlsFolder }),
  // Log lines are written as always, to nowhere: the console of whoever measures is no part of it.
  logger: createLogger("info", { write: () => undefined }),
});
console.log(`listening ${emulator.url}`);
process.on("SIGTERM", () => void emulator.stop());
