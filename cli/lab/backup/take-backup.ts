import { randomUUID } from "node:crypto";
import { EmulatorFailure } from "../emulator-client.ts";
import { ApiRefusal, ApiUnreachable } from "../kube-api.ts";
import type { LabContext } from "../lab-context.ts";
import type { BackupContent } from "./backup-content.ts";
import { type BackupObject, objectName } from "./backup-object.ts";
import { BackupReader, hostState } from "./backup-reader.ts";
import { copyStore } from "./copy-store.ts";
import { holdLab } from "./hold-lab.ts";
import { isHost } from "./restored-object.ts";

export interface TakeBackupOptions {
  /** Hold clusters and hosts still first, and leave them so. */
  readonly hold: boolean;
  /** Whether Pulumi's state is to be in it. */
  readonly state: boolean;
  /** Whether the emulator's store is to be in it. */
  readonly store: boolean;
  /** Lines for people. */
  readonly say: (line: string) => void;
  /** Milliseconds. */
  readonly sleep?: (duration: number) => Promise<void>;
}

/** States in which a host stays as it is when nobody touches it. */
const settled = ["available", "provisioned", "externally provisioned", "unmanaged", "ready"];

/**
 * All that a lab needs to go on on another infra node. Reads alone, unless it is to be held.
 *
 * An emulator that does not answer is told and left out: what it remembers is of less worth than the rest.
 * @throws LabError, ApiRefusal, ApiUnreachable, PulumiFailure: then there is no backup.
 */
export async function takeBackup(lab: LabContext, options: TakeBackupOptions): Promise<BackupContent> {
  const { say, sleep } = options;
  const api = lab.infra();
  if (options.hold) await holdLab(api, say);
  const { definitions, objects } = await new BackupReader(api, sleep).read(say);
  say(`${objects.length} objects, ${definitions.length} definitions`);
  for (const line of doubts(objects)) say(`note: ${line}`);
  const state = options.state ? await lab.pulumi.exportState(lab.stack) : null;
  if (state !== null) say(`Pulumi's state: ${state.deployment?.resources?.length ?? 0} resources`);
  let store: string | null = null;
  if (options.store) {
    try {
      const copy = await copyStore(lab, api);
      store = copy.toString("base64");
      say(`the emulator's store: ${Math.ceil(copy.length / 1024)} KiB`);
    } catch (error) {
      const known = [EmulatorFailure, ApiRefusal, ApiUnreachable].some((type) => error instanceof type);
      if (!known || !(error instanceof Error)) throw error;
      say(
        `note: the emulator's store is left out (${error.message}): accounts and subscriptions made over Redfish are in it`,
      );
    }
  }
  const made = new Date().toISOString();
  return {
    id: randomUUID(),
    stack: lab.stack,
    made,
    server: api.server,
    definitions: [...definitions],
    objects: [...objects],
    state,
    store,
  };
}

/** What would be another thing after a restore than it is now. Pure. */
function doubts(objects: readonly BackupObject[]): string[] {
  return objects.flatMap((object) => {
    if (object.metadata.deletionTimestamp !== undefined) {
      return [`${objectName(object)} is being deleted; restored, it would not be`];
    }
    if (!isHost(object) || settled.includes(hostState(object))) return [];
    const state = hostState(object) || "without a state";
    return [`host ${object.metadata.name} is ${state}; what happens to it after this is not in the backup`];
  });
}
