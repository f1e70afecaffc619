import { join } from "node:path";
import { renderModuleManifests } from "../../tools/manifests/module-manifests.ts";
import { withProcessLock } from "../../tools/process-lock.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { applyInfraObjects } from "../control-plane/infra-objects.ts";
import type { ListChange } from "../devices/list-change.ts";
import { KubeClient } from "../kubernetes/kube-client.ts";
import { readSimLab, type SimLab } from "../lab/sim-lab.ts";
import { type SimRack, simRack, withoutLeaving } from "../lab/sim-rack.ts";
import { ProcessTable } from "../processes/process-table.ts";
import { repairInterruptedUpdate } from "../pulumi/interrupted-update.ts";
import { PulumiWorkspace } from "../pulumi/pulumi-workspace.ts";
import { type StopAt, stackFileStoppingAt } from "../pulumi/stopping-early.ts";
import { pulumiUp } from "../pulumi/update.ts";
import { kubeconfigFile, type SimSettings } from "../settings.ts";
import { ensureDevices } from "../steps/devices.ts";
import { type EmulatorAccess, waitForEmulator } from "../steps/emulator.ts";
import { type Flight, prepareFlight } from "../steps/flight.ts";
import { ensureMachines } from "../steps/machines.ts";
import { preflight } from "../steps/preflight.ts";
import { runSteps, type Step } from "../steps/run-steps.ts";
import { ensureStandIns } from "../steps/stand-ins.ts";
import { type SimTools, simTools } from "../tools.ts";
import { upSummary } from "./up-summary.ts";

/** Kubernetes of the infra cluster: the one that the resolver builds. */
const INFRA_KUBERNETES = "v1.34.3";

export interface UpOptions {
  readonly signal: AbortSignal;
  /** End once hosts are provisioned, also where machines could run their system. */
  readonly stopAt?: StopAt | undefined;
  /** Only what a real lab has before Pulumi: a cluster, machines, and a kubelet. */
  readonly bare?: boolean;
}

interface UpRun {
  readonly settings: SimSettings;
  readonly lab: SimLab;
  /** What stands in the rack until the update is over. */
  readonly rack: SimRack;
  readonly table: ProcessTable;
  readonly tools: SimTools;
  /** What it takes to carry out what is declared; absent where nothing waits for it (await: none). */
  readonly flight: Flight | undefined;
  /** Set when the update ends before the cluster runs. */
  readonly stopAt?: StopAt;
  readonly signal: AbortSignal;
}

/** What came of it, for the summary. */
interface Outcome {
  changes: readonly string[];
  emulator?: EmulatorAccess;
}

/**
 * `sim up`: brings the sim to the state that the stack file describes, whatever state it is in, and leaves it running.
 * On a healthy sim nothing is started and nothing changes.
 * @throws Error with what went wrong and the way out; the signal's reason when interrupted.
 */
export async function up(settings: SimSettings, { signal, stopAt, bare = false }: UpOptions): Promise<void> {
  const lab = readSimLab(settings);
  const table = new ProcessTable(settings.stateDir);
  const lock = { what: "npm start", signal, onWait: (message: string) => console.log(message) };
  await withProcessLock(join(settings.stateDir, "sim.lock"), lock, async () => {
    preflight(settings, lab, table);
    // Not one of the steps: what it downloads and builds are steps of its own.
    const tools = await simTools(signal);
    const waits = lab.config.await !== "none";
    const flight = waits ? await prepareFlight(settings, lab, { signal, stopAt }) : undefined;
    if (flight?.limit)
      console.log(`${flight.limit}\nUntil then the lab ends with its first machine provisioned.`);
    const outcome: Outcome = { changes: [] };
    const rack = simRack(settings, lab);
    const run = { settings, lab, rack, table, tools, flight, signal, ...earlyEnd(lab, flight, stopAt) };
    await runSteps([...infrastructure(run), ...(bare ? [] : declaration(run, outcome))], signal);
    if (outcome.emulator) console.log(upSummary(settings, lab, outcome.emulator, outcome.changes));
  });
}

/** What a real lab has before Pulumi: a cluster, machines, and a kubelet. */
function infrastructure({ settings, lab, rack, table, tools, flight, signal }: UpRun): Step[] {
  return [
    {
      title: "Manifests",
      run: async (progress) => {
        if (lab.config.manifests.source === "release") return "from the releases, at pulumi up";
        const scope = lab.config.manifests.modules;
        const { files } = await renderModuleManifests({ scope, signal, onProgress: progress });
        return `${Object.keys(files).length} from the pinned modules`;
      },
    },
    {
      title: "Control plane",
      run: async (progress) => {
        const controlPlane = new ControlPlane(settings, tools, table, lab.networks.services);
        const started = await controlPlane.ensure(INFRA_KUBERNETES, progress, signal);
        await withApi(settings, applyInfraObjects);
        return started.length > 0 ? `started ${started.join(", ")}` : "running";
      },
    },
    {
      title: "Simulated devices",
      run: async () => {
        const change = await ensureDevices(settings, rack.devices, table, signal);
        return rackWords(rack.devices.length, change, rack.leaving);
      },
    },
    ...(flight
      ? [
          {
            title: "Simulated machines",
            run: async () => {
              const change = await ensureMachines(settings, rack.machines, table, { ...flight, signal });
              return rackWords(rack.machines.machines.length, change, rack.leaving);
            },
          },
        ]
      : []),
    {
      title: "Stand-ins",
      run: async () => {
        const started = await ensureStandIns(settings, lab, table, tools.controllers, flight?.ironic);
        return started ? "started" : "running";
      },
    },
  ];
}

/** What a person does on a real lab, and what comes of it. */
function declaration(run: UpRun, outcome: Outcome): Step[] {
  const { settings, lab, rack, table, tools, signal, stopAt } = run;
  return [
    {
      title: `pulumi up --stack ${settings.stack}`,
      run: async (progress) => {
        const workspace = new PulumiWorkspace(settings, tools.pulumi, tools.path);
        await workspace.prepare(signal);
        await repairInterruptedUpdate(settings, workspace, tools.kubectl, progress, signal);
        const early = stopAt ? { configFile: stackFileStoppingAt(settings, stopAt) } : {};
        outcome.changes = (await pulumiUp(settings, workspace, progress, { signal, ...early })).changes;
        return outcome.changes.join(", ");
      },
    },
    ...(rack.leaving.length > 0 ? [removal(run)] : []),
    {
      title: "Redfish emulator",
      run: async () => {
        const access = await withApi(settings, (client) =>
          waitForEmulator(settings, lab, client, table, signal),
        );
        outcome.emulator = access;
        return `serves at ${access.url}`;
      },
    },
  ];
}

/** What a person does when Pulumi has let go of a host: pulls its plug. */
function removal({ settings, rack, table, flight, signal }: UpRun): Step {
  return {
    title: "Hosts that left the lab",
    run: async () => {
      const { devices, machines } = withoutLeaving(rack);
      await ensureDevices(settings, devices, table, signal);
      if (flight) await ensureMachines(settings, machines, table, { ...flight, signal });
      return `${rack.leaving.join(", ")} unplugged`;
    },
  };
}

/** "6 running, started optiplex-9; leaving: optiplex-3", without what there is none of. */
function rackWords(count: number, change: ListChange | undefined, leaving: readonly string[]): string {
  const { started = [], changed = [], ended = [] } = change ?? {};
  const parts = Object.entries({ started, changed, ended, leaving }).flatMap(([what, names]) =>
    names.length > 0 ? [`${what}: ${names.join(", ")}`] : [],
  );
  return [`${count} ${change ? "running" : "started"}`, ...parts].join("; ");
}

/** Without a system on the machines the lab could wait for ever. */
function earlyEnd(
  { config }: SimLab,
  flight: Flight | undefined,
  asked: StopAt | undefined,
): { stopAt?: StopAt } {
  return config.await === "full" && (asked || flight?.limit) ? { stopAt: "provisioned" } : {};
}

async function withApi<T>(settings: SimSettings, use: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = new KubeClient(kubeconfigFile(settings));
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
