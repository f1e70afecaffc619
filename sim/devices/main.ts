/**
 * Runs the simulated devices of one file in one process: `node sim/devices/main.ts --config devices.json`.
 *
 * When every port is bound it prints one line of JSON on standard output, {"ready":true,"control":...,"devices":[{name,
 * kind,address}...]}; its log goes to standard error. SIGTERM and SIGINT end it with code 0; a file that is wrong or a
 * port that is taken with code 1 and a message for each. A changed file is taken at `POST /reload` on the control socket.
 */
import { parseArgs } from "node:util";
import { ControlApi } from "./control-api.ts";
import { DeviceGroup } from "./device-group.ts";
import { type DevicesConfig, readDevicesConfig } from "./devices-config.ts";

function log(device: string, line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${device}: ${line}\n`);
}

/** The file as it is now. @throws Error when it is wrong, or what cannot change while the process runs has changed. */
function readAgain(file: string, before: DevicesConfig): DevicesConfig {
  const config = readDevicesConfig(file);
  for (const field of ["stateDir", "control"] as const) {
    if (config[field] !== before[field])
      throw new Error(`${file}: ${field} has changed; that takes a restart of the devices' process.`);
  }
  return config;
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  const file = values.config;
  if (file === undefined) throw new Error("usage: node sim/devices/main.ts --config devices.json");
  const config = readDevicesConfig(file);
  const group = await DeviceGroup.start(config, log);
  // async: what is wrong with the file is to reject, too.
  const control = new ControlApi(group, config.control, async () => group.change(readAgain(file, config)));
  try {
    await control.listen();
  } catch (error) {
    await group.close();
    throw error;
  }
  group.onPower(({ device, power, cause, boot }) => {
    log(device, `power ${power} (${cause})${boot ? `, boots ${boot.source ?? "in its own order"}` : ""}`);
  });

  let ending = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      Promise.all([group.close(), control.close()]).then(() => process.exit(0));
    });
  }
  const devices = group.all.map(({ name, kind, address }) => ({ name, kind, address }));
  process.stdout.write(`${JSON.stringify({ ready: true, control: config.control, devices })}\n`);
}

run().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
