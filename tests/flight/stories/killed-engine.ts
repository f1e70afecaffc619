import { isAlive } from "../../../sim/processes/process-identity.ts";
import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { updateLocks } from "../../../sim/pulumi/running-updates.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import type { Flight, Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";
import { previewHasNothingToDo } from "./preview-has-nothing-to-do.ts";

/** Pulumi dies in the middle, and what it does about fields that controllers write. */
export const killedEngine: Story = {
  id: "g",
  title: "The engine is killed in the middle",
  about:
    "Pulumi is killed while hosts are inspected and once more while they are provisioned; each time the next up goes on, and it ends with the cluster. After that a refresh, which reads all that the controllers wrote meanwhile, leaves nothing to do, and no host's spec is written.",
  lab: "small",
  begins: "nothing",
  ends: "running",
  commands: [
    "npm start      # and kill -9 pulumi",
    "npm start",
    "pulumi refresh --yes",
    "pulumi preview --expect-no-changes",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    await killWhile(flight, "inspecting");
    await killWhile(flight, "provisioning");
    step("npm start, to the end");
    await lab.up();
    const machines = lab.shape.controlPlanes + lab.shape.workers;
    await clusterIsWhole(flight, { machines, version: lab.version() });

    const generations = await hostGenerations(flight);
    const from = Date.now();
    step("pulumi refresh");
    const refresh = await lab.pulumi("refresh", ["--yes", "--skip-preview"]);
    checks.ok("pulumi refresh ends well", refresh.code === 0, `exit code ${refresh.code}`);
    await previewHasNothingToDo(flight);
    step("pulumi up");
    await lab.pulumiUp();
    checks.equal("no host's spec was written", await hostGenerations(flight), generations);
    checks.none("and no host was touched", untouchedHosts(recorder.records(), lab.hosts(), from));
  },
};

/** Starts the lab and kills Pulumi as soon as a host is in that state. */
async function killWhile({ lab, recorder, checks, step }: Flight, state: string): Promise<void> {
  step(`npm start, and pulumi is killed as soon as a host is ${state}`);
  let ended = false;
  const starting = lab.sim(["up"]).finally(() => {
    ended = true;
  });
  // The controllers go on without Pulumi, so a host may have come to that state before this start.
  const reached = (): boolean =>
    recorder.records().some((record) => record.kind === "host" && record.state === state);
  const engine = await waitUntil(
    () => (reached() ? updateLocks(lab.settings).find(({ owner }) => owner)?.owner : undefined),
    {
      what: `pulumi at work and a host that is ${state}`,
      timeoutMs: 30 * 60_000,
      everyMs: 500,
      giveUp: () => (ended ? "npm start has ended before" : undefined),
    },
  );
  process.kill(engine.pid, "SIGKILL");
  await waitUntil(() => !isAlive(engine), { what: "the end of pulumi", timeoutMs: 10_000 });
  const { code } = await starting;
  checks.ok("npm start says that it failed", code !== 0, `exit code ${code}`);
}

/** `metadata.generation` by host: it grows with each write of a spec. */
async function hostGenerations({ lab }: Flight): Promise<string> {
  const columns = "{range .items[*]}{.metadata.name}={.metadata.generation} {end}";
  return (await lab.kubectl("--namespace=clusters", "get", "bmh", `--output=jsonpath=${columns}`)).trim();
}
