import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { emulatorNames, labNamespace } from "../../../components/redfish-emulator/names.ts";
import type { KubeApi } from "../kube-api.ts";
import type { LabContext } from "../lab-context.ts";
import { LabError } from "../lab-error.ts";
import type { BackupContent } from "./backup-content.ts";
import { ObjectRestore } from "./restore-objects.ts";
import { planLines, restorePlan } from "./restore-plan.ts";
import { restoreState, type StateChoice, stateStep } from "./restore-state.ts";

export interface RestoreLabOptions {
  /** Only tell what would be done. */
  readonly dryRun: boolean;
  /** Leave objects that are there as they are, instead of refusing. */
  readonly keepPresent: boolean;
  readonly state: StateChoice;
  readonly say: (line: string) => void;
  /** Milliseconds. */
  readonly sleep?: (duration: number) => Promise<void>;
}

/** Bytes that a Secret may have, some room left for the rest of it (Kubernetes: 1 MiB in all). */
const mostInSecret = 700 * 1024;

/**
 * Puts a backup into an infra cluster that has none of it: objects, all held, then Pulumi's state, then what the emulator begins
 * with. Nothing of it acts before `lab resume`. Can be run again.
 *
 * @returns whether anything was done.
 * @throws LabError for a backup of another stack, and an infra cluster that is in use; ApiRefusal, ApiUnreachable, PulumiFailure.
 */
export async function restoreLab(
  lab: LabContext,
  content: BackupContent,
  options: RestoreLabOptions,
): Promise<boolean> {
  const { dryRun, keepPresent, say, sleep } = options;
  if (content.stack !== lab.stack) {
    throw new LabError(
      `the backup is one of stack ${content.stack}, not ${lab.stack}`,
      `Name it: --stack ${content.stack}`,
    );
  }
  const api = lab.infra();
  say(`backup of ${content.made}, from ${content.server}; into ${api.server}`);
  const plan = await restorePlan(api, content, keepPresent);
  const state = await stateStep(lab, content, options.state);
  if (plan.goesOn) say("an earlier run did not come to its end: it goes on");
  if (dryRun) {
    for (const line of planLines(plan)) say(line);
    say(`Pulumi's state: ${state.action === "import" ? "to be imported" : "stays"} (${state.because})`);
    say(
      `the emulator's store: ${content.store === null ? "the backup has none" : "to be given to a new emulator"}`,
    );
    return false;
  }
  await new ObjectRestore(api, { say, ...(sleep === undefined ? {} : { sleep }) }).run(plan, content.id);
  await restoreState(lab, content, state);
  say(`Pulumi's state: ${state.action === "import" ? "imported" : "stays"} (${state.because})`);
  if (content.store !== null) await seedEmulator(api, content.store, say);
  return true;
}

/** A Secret that a new emulator takes its store from: its volume is made later, and by somebody else. */
async function seedEmulator(api: KubeApi, store: string, say: (line: string) => void): Promise<void> {
  const list = `/api/v1/namespaces/${labNamespace}/secrets`;
  if ((await api.find(`${list}/${emulatorNames.seed}`)) !== undefined) return;
  const packed = await promisify(gzip)(Buffer.from(store, "base64"));
  if (packed.length > mostInSecret) {
    say(
      `note: the emulator's store is too large for a Secret (${packed.length} bytes) and left out; it begins with an empty one`,
    );
    return;
  }
  await api.create(list, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: emulatorNames.seed, namespace: labNamespace },
    type: "Opaque",
    data: { "emulator.sqlite.gz": packed.toString("base64") },
  });
  say("the emulator's store: kept for the new emulator");
}
