import { existsSync } from "node:fs";
import { controlPlaneProcesses } from "../control-plane/control-plane.ts";
import { KubeClient } from "../kubernetes/kube-client.ts";
import { type DeviceReport, deviceControl } from "../lab/device-control.ts";
import { readSimLab, type SimLab } from "../lab/sim-lab.ts";
import { ProcessTable } from "../processes/process-table.ts";
import { type StackState, stackState } from "../pulumi/pulumi-workspace.ts";
import { controlPlanePorts, kubeconfigFile, type SimSettings } from "../settings.ts";
import { DEVICES } from "../steps/devices.ts";
import { EMULATOR, emulatorAccess, emulatorReady } from "../steps/emulator.ts";
import { STAND_INS } from "../steps/stand-ins.ts";

export interface RackedDevice extends DeviceReport {
  /** No longer in the stack file: it goes when `pulumi up` of the next `sim up` has let go of its host. */
  readonly leaving: boolean;
}

export interface SimStatus {
  /** up: everything runs and serves; down: nothing runs; broken: something is missing, `up` repairs it. */
  readonly state: "up" | "down" | "broken";
  readonly stateDir: string;
  readonly processes: readonly { name: string; running: boolean; pid: number | null; log: string }[];
  readonly controlPlane: { readonly server: string; readonly ready: boolean };
  readonly pulumi: {
    readonly stack: string;
    readonly resources: number;
    readonly pendingOperations: number;
  } | null;
  readonly devices: readonly RackedDevice[];
  readonly emulator: { readonly url: string; readonly ready: boolean };
}

const EXPECTED = [...controlPlaneProcesses, DEVICES, STAND_INS, EMULATOR];

/** `sim status`: looks, changes nothing, and works in any state of the sim. */
export async function status(settings: SimSettings): Promise<SimStatus> {
  const table = new ProcessTable(settings.stateDir);
  const names = new Set([...EXPECTED, ...table.list().map(({ name }) => name)]);
  const processes = [...names].map((name) => {
    const pid = table.running(name)?.pid ?? null;
    return { name, running: pid !== null, pid, log: table.logFile(name) };
  });
  const state: StackState | undefined = stackState(settings);
  // The file may be in the middle of an edit; `up` says what is wrong with it.
  const lab = await Promise.resolve(settings)
    .then(readSimLab)
    .catch(() => undefined);
  const reports = await deviceControl<DeviceReport[]>(settings, "GET", "/devices").catch(() => []);
  const devices = reports.map((device) => ({
    ...device,
    leaving: lab !== undefined && !lab.devices.some(({ name }) => name === device.name),
  }));
  const api = await look(settings, lab);
  const running = processes.filter((entry) => entry.running).length;
  const complete = EXPECTED.every((name) => table.running(name)) && api.ready && api.emulator.ready;
  return {
    state: running === 0 ? "down" : complete ? "up" : "broken",
    stateDir: settings.stateDir,
    processes,
    controlPlane: { server: `https://127.0.0.1:${controlPlanePorts(settings).apiServer}`, ready: api.ready },
    pulumi: state
      ? {
          stack: settings.stack,
          resources: state.resources.length,
          pendingOperations: state.pendingOperations.length,
        }
      : null,
    devices,
    emulator: api.emulator,
  };
}

async function look(
  settings: SimSettings,
  lab: SimLab | undefined,
): Promise<{ ready: boolean; emulator: SimStatus["emulator"] }> {
  if (!lab) return { ready: false, emulator: { url: "", ready: false } };
  const emulator = { url: `https://${lab.emulator.host}:${lab.emulator.port}`, ready: false };
  if (!existsSync(kubeconfigFile(settings))) return { ready: false, emulator };
  const client = new KubeClient(kubeconfigFile(settings));
  try {
    const ready = await client.ready().catch(() => false);
    if (!ready) return { ready, emulator };
    const serves = await emulatorAccess(settings, lab, client)
      .then(emulatorReady)
      .catch(() => false);
    return { ready, emulator: { ...emulator, ready: serves } };
  } finally {
    client.close();
  }
}

/** The status for people. */
export function statusText(sim: SimStatus): string {
  const rows = sim.processes.map(({ name, running, pid }) => [
    name,
    running ? `running, pid ${pid}` : "not running",
  ]);
  const devices = sim.devices.map(({ name, kind, address, power, calls, leaving }) => [
    name,
    `${kind} ${address}, power ${power}, ${calls.total} calls (${calls.logins} logins)${leaving ? ", leaving" : ""}`,
  ]);
  const width = Math.max(24, ...rows.map(([name = ""]) => name.length)) + 2;
  const table = (entries: string[][]) =>
    entries.map(([name = "", text = ""]) => `  ${name.padEnd(width)}${text}`);
  const stack = sim.pulumi
    ? `stack ${sim.pulumi.stack}, ${sim.pulumi.resources} resources` +
      (sim.pulumi.pendingOperations > 0 ? `, ${sim.pulumi.pendingOperations} cut short` : "")
    : "no stack yet";
  return [
    `The sim is ${sim.state}${sim.state === "up" ? "" : "; npm start brings it up"}. State: ${sim.stateDir}`,
    "Processes",
    ...table(rows),
    "Services",
    ...table([
      ["Kubernetes API", `${sim.controlPlane.server}, ${sim.controlPlane.ready ? "ready" : "not ready"}`],
      ["Redfish emulator", `${sim.emulator.url}, ${sim.emulator.ready ? "ready" : "not ready"}`],
      ["Pulumi", stack],
    ]),
    ...(devices.length > 0 ? ["Devices", ...table(devices)] : []),
  ].join("\n");
}
