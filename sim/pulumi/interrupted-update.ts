import { execa } from "execa";
import { waitUntil } from "../processes/wait-until.ts";
import { kubeconfigFile, type SimSettings } from "../settings.ts";
import { endOrphanedPlugins } from "./orphaned-plugins.ts";
import { type PendingResource, type PulumiWorkspace, stackState } from "./pulumi-workspace.ts";
import { updateLocks } from "./running-updates.ts";

const WAIT_MS = 15 * 60_000;

/**
 * Makes good what a killed `pulumi` left behind: its lock, and operations of which the state does not know how they
 * ended. Each thing done is told to `progress`.
 *
 * An object whose creation was cut short may be there or not; Pulumi would create it again and be told AlreadyExists
 * (kubernetes provider >= 4.29). It is deleted and made anew: nothing can hang on it yet.
 * @throws Error when another update of the stack runs on and on.
 */
export async function repairInterruptedUpdate(
  settings: SimSettings,
  workspace: PulumiWorkspace,
  kubectl: string,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const running = updateLocks(settings).find(({ owner }) => owner);
  if (running) {
    // Perhaps that of an `up` which was killed itself; its work is as good as ours.
    progress(`waiting for another pulumi (pid ${running.pid}) that works on stack ${settings.stack}`);
    await waitUntil(() => !updateLocks(settings).some(({ owner }) => owner), {
      what: `another pulumi (pid ${running.pid}) on stack ${settings.stack}; end it with npm stop`,
      timeoutMs: WAIT_MS,
      everyMs: 500,
      signal,
    });
  }
  await endOrphanedPlugins(settings);
  if (updateLocks(settings).length > 0) {
    await workspace.run(["cancel", "--yes", "--stack", settings.stack], signal);
    progress("removed the lock of an update that was killed");
  }
  const pending = stackState(settings)?.pendingOperations ?? [];
  if (pending.length === 0) return;
  for (const { type, resource } of pending) {
    if (type !== "creating" || !resource.type.startsWith("kubernetes:")) continue;
    await deleteObject(settings, kubectl, resource, signal);
    progress(`${resource.urn.split("::").at(-1)}: its creation was cut short; it is made anew`);
  }
  const exported = JSON.parse(
    await workspace.run(["stack", "export", "--stack", settings.stack], signal),
  ) as {
    deployment: { pending_operations?: unknown };
  };
  delete exported.deployment.pending_operations;
  await workspace.run(["stack", "import", "--stack", settings.stack], signal, JSON.stringify(exported));
}

async function deleteObject(
  settings: SimSettings,
  kubectl: string,
  resource: PendingResource,
  signal?: AbortSignal,
): Promise<void> {
  const { apiVersion, kind, metadata } = resource.inputs ?? {};
  if (!apiVersion || !kind || !metadata?.name) return;
  const object = JSON.stringify({
    apiVersion,
    kind,
    metadata: { name: metadata.name, namespace: metadata.namespace },
  });
  const args = [
    "--kubeconfig",
    kubeconfigFile(settings),
    "delete",
    "--ignore-not-found",
    "--wait=false",
    "-f",
    "-",
  ];
  const result = await execa(kubectl, args, {
    input: object,
    reject: false,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  // A kind whose definition is not there has no objects either.
  if (result.exitCode !== 0 && !/no matches for kind|the server could not find/.test(result.stderr)) {
    throw new Error(`kubectl delete ${kind} ${metadata.name}: ${result.stderr}`);
  }
}
