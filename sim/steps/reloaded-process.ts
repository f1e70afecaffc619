import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { ListChange } from "../devices/list-change.ts";
import { ControlRefusal } from "../lab/control-refusal.ts";
import { socketControl } from "../lab/socket-control.ts";
import type { ProcessSpec, ProcessTable } from "../processes/process-table.ts";
import { waitUntil } from "../processes/wait-until.ts";

const START_MS = 60_000;
/** Running systems are waited for when their power is cut. */
const RELOAD_MS = 60_000;

export interface ReloadedProcess {
  /** What runs; its revision holds only what it cannot change while it runs. */
  readonly spec: ProcessSpec;
  /** Its configuration file, and what is to be in it. */
  readonly file: string;
  readonly content: string;
  /** The unix socket of its control API, which takes `POST /reload`. */
  readonly socket: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a process with this configuration: starts it where it does not run, or else has it take its changed file.
 * Returns what changed; undefined when it was started.
 *
 * The file is what stood in the rack when an update could last have seen it: it gets its old content back when this fails.
 * @throws Error in the process's own words when it refuses the file or has ended; the signal's reason.
 */
export async function ensureReloaded(
  table: ProcessTable,
  { spec, file, content, socket, signal }: ReloadedProcess,
): Promise<ListChange | undefined> {
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (before !== content) write(file, content);
  try {
    const { started } = await table.ensure(spec);
    // Asked also just after its start: its answer means that it is ready.
    const change = await waitUntil(() => reload(socket), {
      what: `the process "${spec.name}"`,
      timeoutMs: START_MS,
      signal,
      giveUp: () =>
        table.running(spec.name) ? undefined : `it has ended. Its last words:\n${table.tail(spec.name)}`,
    });
    if (change instanceof ControlRefusal) throw new Error(`${spec.name}: ${change.reason}`);
    return started ? undefined : change;
  } catch (error) {
    if (before === undefined) rmSync(file, { force: true });
    else if (before !== content) write(file, before);
    throw error;
  }
}

/** A refusal is an answer: asking again would not change it. */
function reload(socket: string): Promise<ListChange | ControlRefusal> {
  return socketControl<ListChange>(socket, "POST", "/reload", undefined, RELOAD_MS).catch(
    (error: unknown) => {
      if (error instanceof ControlRefusal) return error;
      throw error;
    },
  );
}

/** By a rename, so that there is no moment with half a file. It may hold devices' passwords. */
function write(file: string, content: string): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, file);
}
