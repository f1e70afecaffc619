/**
 * Runs the simulated machines of one file in one process: `node sim/machine/main.ts --config machines.json`.
 *
 * When they follow their devices it prints one line of JSON on standard output, {"ready":true,...}; what happens to them
 * goes to standard error and to each machine's events.jsonl. SIGTERM and SIGINT cut every machine's power and end it.
 */
import { parseArgs } from "node:util";
import { runDeployAgent } from "./agent/deploy-agent.ts";
import { startControlApi } from "./control-api.ts";
import { DevicesLink } from "./devices-link.ts";
import { IdleSystems, type InstalledSystems } from "./installed-systems.ts";
import { KubernetesSystems } from "./kubernetes-systems.ts";
import { readMachinesConfig } from "./machines-config.ts";
import { SimulatedMachine } from "./simulated-machine.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });
if (values.config === undefined) throw new Error("usage: node sim/machine/main.ts --config machines.json");
const config = readMachinesConfig(values.config);
const { stateDir, timeScale, network, caFile, os } = config;

const devices = new DevicesLink(config.devices);
const systems: InstalledSystems = os ? new KubernetesSystems({ stateDir, ...os }) : new IdleSystems();
const machines = config.machines.map(
  (machine) =>
    new SimulatedMachine({
      config: machine,
      stateDir,
      timeScale,
      network,
      devices,
      systems,
      runAgent: runDeployAgent,
      ...(caFile === undefined ? {} : { caFile }),
    }),
);
const byName = new Map(machines.map((machine) => [machine.name, machine]));
const control = await startControlApi(machines, config.control);

const end = new AbortController();
const followed = devices.follow(
  {
    state: (device) => byName.get(device.name)?.deviceIs(device),
    event: (event) => byName.get(event.device)?.deviceDid(event),
  },
  end.signal,
);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end.abort());
process.stdout.write(`${JSON.stringify({ ready: true, control: config.control })}\n`);

await followed;
control.close();
control.closeAllConnections();
await Promise.all(machines.map((machine) => machine.close()));
