/**
 * Runs the simulated machines of one file in one process: `node sim/machine/main.ts --config machines.json`.
 *
 * When they follow their devices it prints one line of JSON on standard output, {"ready":true,...}; what happens to them
 * goes to standard error and to each machine's events.jsonl. SIGTERM and SIGINT cut every machine's power and end it. A
 * changed file is taken at `POST /reload` on the control socket.
 */
import { parseArgs } from "node:util";
import { runDeployAgent } from "./agent/deploy-agent.ts";
import { startControlApi } from "./control-api.ts";
import { DevicesLink } from "./devices-link.ts";
import { IdleSystems } from "./installed-systems.ts";
import { KubernetesSystems } from "./kubernetes-systems.ts";
import { MachineGroup } from "./machine-group.ts";
import { processWide, readMachinesConfig } from "./machines-config.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });
const file = values.config;
if (file === undefined) throw new Error("usage: node sim/machine/main.ts --config machines.json");
const config = readMachinesConfig(file);
const { stateDir, timeScale, network, caFile, os } = config;

const kubernetes = os && new KubernetesSystems({ stateDir, ...os });
const machines = new MachineGroup(config.machines, {
  stateDir,
  timeScale,
  network,
  devices: new DevicesLink(config.devices),
  systems: kubernetes ?? new IdleSystems(),
  runAgent: runDeployAgent,
  ...(caFile === undefined ? {} : { caFile }),
});
const control = await startControlApi(machines, config.control, async () => {
  const next = readMachinesConfig(file);
  if (processWide(next) !== processWide(config)) {
    throw new Error(
      `${file}: more has changed than machines and folders of binaries; that takes a restart of the machines' process.`,
    );
  }
  if (kubernetes && next.os) kubernetes.binaries = next.os.binaries;
  return await machines.change(next.machines);
});

const end = new AbortController();
const followed = machines.follow(end.signal);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end.abort());
process.stdout.write(`${JSON.stringify({ ready: true, control: config.control })}\n`);

await followed;
control.close();
control.closeAllConnections();
await machines.close();
