/**
 * Runs the simulated devices of one file in one process: `node sim/devices/main.ts --config devices.json`.
 *
 * When every port is bound it prints one line of JSON on standard output, {"ready":true,"control":...,"devices":[{name,
 * kind,address}...]}; its log goes to standard error. SIGTERM and SIGINT end it with code 0; a file that is wrong or a
 * port that is taken with code 1 and a message for each.
 */
import { parseArgs } from "node:util";
import { ControlApi } from "./control-api.ts";
import { DeviceGroup } from "./device-group.ts";
import { readDevicesConfig } from "./devices-config.ts";

function log(device: string, line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${device}: ${line}\n`);
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  if (values.config === undefined) throw new Error("usage: node sim/devices/main.ts --config devices.json");
  const config = readDevicesConfig(values.config);
  const group = await DeviceGroup.start(config, log);
  const control = new ControlApi(group, config.control);
  try {
    await control.listen();
  } catch (error) {
    await group.close();
    throw error;
  }
  for (const device of group.all) {
    device.onPower(({ power, cause, boot }) => {
      log(
        device.name,
        `power ${power} (${cause})${boot ? `, boots ${boot.source ?? "in its own order"}` : ""}`,
      );
    });
  }

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
