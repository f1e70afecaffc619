import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { findByArguments, identify, isAlive, type ProcessIdentity } from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

/** What to run. Two specs that differ in anything but `ready` are two different processes: the old one is ended. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Programs with arguments that end by becoming the command (as `env` does): they run before it, under its pid. */
  readonly wrapper?: readonly string[];
  /** False: of the parent's environment only PATH, LANG and TZ. */
  readonly inheritEnvironment?: boolean;
  /** Added to the parent's environment. Kept out of the record, since it may hold secrets; only its hash is there. */
  readonly env?: Readonly<Record<string, string>>;
  /** Free text that makes a new process of an otherwise equal spec, such as the uid of the pod it belongs to. */
  readonly revision?: string;
  /** How long it may take to end after SIGTERM, in milliseconds, before it is killed. */
  readonly graceMs?: number;
}

export interface ProcessRecord {
  readonly name: string;
  readonly argv: readonly string[];
  readonly specHash: string;
  readonly graceMs: number;
  readonly log: string;
  /** Absent between "about to start" and "started": such a process is looked for by its arguments. */
  readonly identity?: ProcessIdentity;
}

const LOG_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * The background processes of one sim, as files of its state folder: `processes/<name>.json` and `logs/<name>.log`.
 *
 * A process outlives the command that started it, and any command can find, judge and end it later. Its record holds
 * the start time beside the pid, so that a number re-used by the system is never taken for ours, and is written
 * before the fork as well as after it, so that a parent killed in between loses nothing.
 */
export class ProcessTable {
  readonly #records: string;
  readonly #logs: string;

  constructor(stateDir: string) {
    this.#records = join(stateDir, "processes");
    this.#logs = join(stateDir, "logs");
  }

  /** Where the process of that name writes its output. */
  logFile(name: string): string {
    return this.#read(name)?.log ?? join(this.#logs, `${name}.log`);
  }

  /** Every process that was started and not ended by us, dead or alive, by name. */
  list(): ProcessRecord[] {
    if (!existsSync(this.#records)) return [];
    return readdirSync(this.#records)
      .filter((file) => file.endsWith(".json"))
      .sort()
      .flatMap((file) => this.#read(file.slice(0, -".json".length)) ?? []);
  }

  /** The living process of that name, if there is one. */
  running(name: string): ProcessIdentity | undefined {
    const record = this.#read(name);
    if (!record) return undefined;
    if (record.identity) return isAlive(record.identity) ? record.identity : undefined;
    return findByArguments(record.argv);
  }

  /**
   * Makes sure that exactly this process runs: nothing is done when it does, a process of the same name with another
   * spec is ended first. Returns whether it had to be started.
   */
  async ensure(spec: ProcessSpec): Promise<{ started: boolean; pid: number }> {
    const specHash = hash(spec);
    const running = this.running(spec.name);
    if (running && this.#read(spec.name)?.specHash === specHash) return { started: false, pid: running.pid };
    if (running) await this.stop(spec.name);

    mkdirSync(this.#records, { recursive: true });
    mkdirSync(this.#logs, { recursive: true });
    const log = join(this.#logs, `${spec.name}.log`);
    if (existsSync(log) && statSync(log).size > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`);
    const argv = [spec.command, ...spec.args];
    const record: ProcessRecord = { name: spec.name, argv, specHash, graceMs: spec.graceMs ?? 10_000, log };
    this.#write(record);
    const pid = await start(spec, log);
    const identity = identify(pid);
    // It may have ended already; then there is nothing to find again and the caller's probe will say so.
    this.#write(identity ? { ...record, identity } : { ...record, identity: { pid, startedAt: "ended" } });
    return { started: true, pid };
  }

  /** Takes over a process that somebody else started, found by its exact arguments; false when there is none. */
  adopt(spec: ProcessSpec, log: string): boolean {
    const argv = [spec.command, ...spec.args];
    const identity = findByArguments(argv);
    if (!identity) return false;
    mkdirSync(this.#records, { recursive: true });
    this.#write({
      name: spec.name,
      argv,
      specHash: hash(spec),
      graceMs: spec.graceMs ?? 10_000,
      log,
      identity,
    });
    return true;
  }

  /** Ends the process (SIGTERM, then SIGKILL after its grace) and forgets it. Safe when it has ended already. */
  async stop(name: string): Promise<void> {
    const record = this.#read(name);
    const identity = this.running(name);
    if (record && identity) {
      signal(identity, "SIGTERM");
      const gone = () => !isAlive(identity);
      await waitUntil(gone, { timeoutMs: record.graceMs, everyMs: 20, what: name }).catch(async () => {
        signal(identity, "SIGKILL");
        await waitUntil(gone, {
          timeoutMs: 10_000,
          everyMs: 20,
          what: `${name} (pid ${identity.pid}) after SIGKILL`,
        });
      });
    }
    rmSync(join(this.#records, `${name}.json`), { force: true });
  }

  /** The last lines of a process's output, for an error message. */
  tail(name: string, lines = 15): string {
    try {
      return readFileSync(this.logFile(name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
    } catch {
      return "";
    }
  }

  #read(name: string): ProcessRecord | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#records, `${name}.json`), "utf8")) as ProcessRecord;
    } catch {
      return undefined;
    }
  }

  /** By a rename, so that a reader never sees half a record. */
  #write(record: ProcessRecord): void {
    const file = join(this.#records, `${record.name}.json`);
    const draft = `${file}.${process.pid}.draft`;
    writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(draft, file);
  }
}

function hash(spec: ProcessSpec): string {
  const env = Object.entries(spec.env ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const around = spec.wrapper || spec.inheritEnvironment === false ? [spec.wrapper ?? []] : [];
  const identity = [spec.command, spec.args, spec.cwd, env, spec.revision ?? "", ...around];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex");
}

/** In a session of its own, so that Ctrl-C in the terminal ends the command and not what it leaves running. */
function start(spec: ProcessSpec, log: string): Promise<number> {
  const output = openSync(log, "a");
  const [program = spec.command, ...args] = [...(spec.wrapper ?? []), spec.command, ...spec.args];
  const { PATH, LANG, TZ } = process.env;
  const inherited = spec.inheritEnvironment === false ? { PATH, LANG, TZ } : process.env;
  return new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: spec.cwd,
      env: { ...inherited, ...spec.env },
      detached: true,
      stdio: ["ignore", output, output],
    });
    child.once("error", (error) => reject(new Error(`${spec.name} could not be started: ${error.message}`)));
    child.once("spawn", () => {
      child.unref();
      resolve(child.pid ?? 0);
    });
  }).finally(() => closeSync(output));
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
