import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import { kinds } from "../kubernetes/resource-kind.ts";
import type { SimLab } from "../lab/sim-lab.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { SimSettings } from "../settings.ts";
import { POD_PREFIX } from "../standins/pods/pod-records.ts";

/** Name of the emulator's process in the process table: its Deployment's. */
export const EMULATOR = `${POD_PREFIX}redfish-emulator`;

/** How to reach the running emulator, all of it read from what Pulumi declared. */
export interface EmulatorAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** File with the authority behind its certificate. */
  readonly caFile: string;
}

/** @throws Error when the Secret or the authority is not in the API yet. */
export async function emulatorAccess(
  settings: SimSettings,
  lab: SimLab,
  client: KubeClient,
): Promise<EmulatorAccess> {
  const secret = await client.get(kinds.secret, "redfish-emulator-credentials", "edge-lab");
  const authority = await client.get(kinds.configMap, "edge-lab-ca", "edge-lab");
  const [username, password] = ["username", "password"].map((key) =>
    Buffer.from(secret?.data?.[key] ?? "", "base64").toString("utf8"),
  );
  const ca = authority?.data?.["ca.crt"];
  if (!username || !password || !ca) {
    throw new Error("the emulator's login or certificate authority is not declared yet (namespace edge-lab)");
  }
  const caFile = join(settings.stateDir, "redfish-ca.crt");
  if (!existsSync(caFile) || readFileSync(caFile, "utf8") !== ca) writeFileSync(caFile, ca);
  return { url: `https://${lab.emulator.host}:${lab.emulator.port}`, username, password, caFile };
}

/** Whether the emulator answers /readyz, over TLS with the lab's own authority. */
export function emulatorReady(access: EmulatorAccess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { ca: readFileSync(access.caFile), agent: false, timeout: 5_000 };
    const sent = request(`${access.url}/readyz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error("no answer in 5 s")));
    sent.end();
  });
}

/** Waits until the pod runner has started the emulator and it serves. */
export async function waitForEmulator(
  settings: SimSettings,
  lab: SimLab,
  client: KubeClient,
  table: ProcessTable,
  signal?: AbortSignal,
): Promise<EmulatorAccess> {
  const url = `https://${lab.emulator.host}:${lab.emulator.port}`;
  try {
    return await waitUntil(
      async () => {
        const access = await emulatorAccess(settings, lab, client);
        return (await emulatorReady(access)) && access;
      },
      { what: `the Redfish emulator at ${url}`, timeoutMs: 60_000, everyMs: 200, signal },
    );
  } catch (error) {
    signal?.throwIfAborted();
    const words = `${table.tail("stand-ins", 5)}\n${table.tail(EMULATOR, 10)}`.trim();
    throw new Error(`${(error as Error).message}\n${words}`);
  }
}
