import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { devicesFile, devicesSocket, type SimLab } from "../lab/sim-lab.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { sourceRevision } from "../processes/source-revision.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { SimSettings } from "../settings.ts";

/** Name in the process table. */
export const DEVICES = "devices";

/**
 * Runs the simulated devices of the lab's hosts and waits until they listen. A changed list of devices means a new
 * process; power states are kept on disk, as a relay keeps its own. Returns whether it had to be started.
 */
export async function ensureDevices(
  settings: SimSettings,
  lab: SimLab,
  table: ProcessTable,
  signal?: AbortSignal,
): Promise<boolean> {
  mkdirSync(join(settings.stateDir, "devices"), { recursive: true });
  const file = join(settings.stateDir, "devices.json");
  const content = devicesFile(settings, lab.devices);
  // It holds the devices' passwords.
  if (!existsSync(file) || readFileSync(file, "utf8") !== content)
    writeFileSync(file, content, { mode: 0o600 });
  const socket = devicesSocket(settings);
  if (!table.running(DEVICES)) rmSync(socket, { force: true });
  const { started } = await table.ensure({
    name: DEVICES,
    command: process.execPath,
    args: [join(settings.projectDir, "sim", "devices", "main.ts"), "--config", file],
    cwd: settings.projectDir,
    revision: createHash("sha256")
      .update(content + sourceRevision(join(settings.projectDir, "sim", "devices")))
      .digest("hex"),
  });
  for (const { name, host, port } of lab.devices) {
    await waitUntil(() => listens(host, port), {
      what: `the simulated device of ${name} at ${host}:${port}`,
      timeoutMs: 20_000,
      signal,
      giveUp: () =>
        table.running(DEVICES) ? undefined : `its process has ended. Its last words:\n${table.tail(DEVICES)}`,
    });
  }
  return started;
}

/** A look at the port only; a request would count as one in the device's counters. */
function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ host, port, timeout: 2_000 });
    const answer = (open: boolean) => {
      probe.destroy();
      resolve(open);
    };
    probe.once("connect", () => answer(true));
    probe.once("error", () => answer(false));
    probe.once("timeout", () => answer(false));
  });
}
