import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import { ironicNodes } from "../lab/ironic-nodes.ts";
import type { Flight, Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";

const BACK_MS = 5 * 60_000;

/** Everything that a lab runs is restarted. */
export const restarts: Story = {
  id: "h",
  title: "Ironic, emulator, controllers and API server are restarted",
  about:
    "Ironic is killed and comes back with an empty database: baremetal-operator tells it of every host anew, the provisioned ones as such. Then the emulator, all controllers and the API server are killed. The lab converges each time, and no host is switched, booted or provisioned again.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: ["kill -9 …      # of what `npm run sim -- status` shows", "npm start", "lab doctor"],
  run: async (flight) => {
    const { lab, recorder, checks, step, began } = flight;
    const states = await nodeStates(flight);
    checks.equal("Ironic knows every host", states.length, lab.hosts().length);

    step("Ironic is killed; its database is empty when it is back");
    await lab.kill("ironic");
    await back(flight, "ironic");
    await knowsAgain(flight, states);

    step("the emulator is killed");
    await lab.kill("pod-redfish-emulator");
    await back(flight, "pod-redfish-emulator");

    const controllers = lab.processes
      .list()
      .map(({ name }) => name)
      .filter((name) => name.startsWith("pod-") && name.includes("controller-manager"));
    step(`all controllers are killed: ${controllers.join(", ")}`);
    checks.equal("there are six of them", controllers.length, 6);
    for (const name of controllers) await lab.kill(name);
    for (const name of controllers) await back(flight, name);

    step("the API server is killed; npm start");
    await lab.kill("kube-apiserver");
    await lab.up();
    await knowsAgain(flight, states);

    const machines = lab.shape.controlPlanes + lab.shape.workers;
    await clusterIsWhole(flight, { machines, version: lab.version() });
    checks.match("lab doctor finds nothing wrong", await lab.lab("doctor"), / 0 failed/);
    checks.none("no host was touched", untouchedHosts(recorder.records(), lab.hosts(), began));
  },
};

async function back({ lab, checks }: Flight, name: string): Promise<void> {
  const what = `${name} runs again`;
  await waitUntil(() => lab.processes.running(name) !== undefined, {
    what,
    timeoutMs: BACK_MS,
    everyMs: 500,
  });
  checks.ok(what, true, "by itself");
}

/** Provision states by host. */
async function nodeStates({ lab }: Flight): Promise<string[]> {
  return (await ironicNodes(lab)).map(({ name, provisionState }) => `${name} ${provisionState}`);
}

async function knowsAgain(flight: Flight, states: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(states);
  await waitUntil(async () => JSON.stringify(await nodeStates(flight)) === wanted, {
    what: `Ironic with ${states.join(", ")}`,
    timeoutMs: BACK_MS,
    everyMs: 2_000,
  });
  flight.checks.equal("Ironic knows every host in its state", await nodeStates(flight), states);
}
