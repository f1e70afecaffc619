import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { WRAPPERS_MARK } from "../../tools/routes/path-route.ts";
import { kubeconfigFile, type SimSettings } from "../settings.ts";

/** The stacks whose files are tracked by git. */
export const trackedStacks = ["sim", "sim-spare", "sim-image", "lab"] as const;

/** Stacks that are in every sim's backend, whichever it runs; `lab` without resources, so that it can be previewed. */
const alwaysThere = ["sim", "lab"] as const;

const PROJECT = "edge-lab";

/** A stack's state as the file backend keeps it, the fields that are looked at here. */
export interface StackState {
  readonly resources: readonly { readonly urn: string; readonly type: string }[];
  readonly pendingOperations: readonly { readonly type: string; readonly resource: PendingResource }[];
}

export interface PendingResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
}

/**
 * The sim's own Pulumi: home, file backend, passphrase and command, all in the state folder, so that nothing of the
 * user's own Pulumi is read or changed.
 */
export class PulumiWorkspace {
  readonly #settings: SimSettings;
  readonly #pulumi: string;
  readonly #toolsPath: string;

  /**
   * @param pulumi path of the real CLI.
   * @param toolsPath entries of PATH that hold the CLI, its plugins and kubectl, joined by ":".
   * @throws Error when `pulumi` is not the real CLI.
   */
  constructor(settings: SimSettings, pulumi: string, toolsPath: string) {
    this.#settings = settings;
    this.#pulumi = pulumi;
    this.#toolsPath = toolsPath;
    // A script that calls itself would fill the machine with processes.
    if (pulumi === this.command) throw new Error(`${pulumi} is the sim's own script, not the Pulumi CLI`);
  }

  /** The command that users and we call. */
  get command(): string {
    return join(this.#settings.stateDir, "bin", "pulumi");
  }

  /** What makes plain `pulumi` and `kubectl` work on this sim. */
  environment(): Record<string, string> {
    const { stateDir, projectDir } = this.#settings;
    const path = [join(stateDir, "bin"), join(projectDir, "node_modules", ".bin"), this.#toolsPath];
    return {
      KUBECONFIG: kubeconfigFile(this.#settings),
      PULUMI_HOME: join(stateDir, "pulumi-home"),
      PULUMI_BACKEND_URL: `file://${join(stateDir, "pulumi-state")}`,
      PULUMI_CONFIG_PASSPHRASE: readFileSync(this.#passphraseFile, "utf8").trim(),
      PATH: [...path, process.env.PATH ?? ""].join(delimiter),
    };
  }

  /** Makes the folders, the passphrase, the command and the stacks, whatever of them is missing. */
  async prepare(signal?: AbortSignal): Promise<void> {
    const { stateDir, projectDir } = this.#settings;
    for (const folder of ["bin", "pulumi-home", "pulumi-state"])
      mkdirSync(join(stateDir, folder), { recursive: true });
    writeFileSync(
      join(stateDir, "bin", WRAPPERS_MARK),
      "Scripts that call the real tools: sim/pulumi/pulumi-workspace.ts\n",
    );
    if (!existsSync(this.#passphraseFile)) {
      writeFileSync(this.#passphraseFile, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
    }
    const script = join(import.meta.dirname, "command.ts");
    const call = [process.execPath, script, this.#pulumi, stateDir].map(shellQuoted).join(" ");
    // Looking for a newer CLI needs the internet.
    writeFileSync(this.command, `#!/bin/sh\nexport PULUMI_SKIP_UPDATE_CHECK=true\nexec ${call} "$@"\n`);
    chmodSync(this.command, 0o755);
    this.#wrapLanguageHost();
    this.#forgoLogs();
    for (const stack of new Set([...alwaysThere, this.#settings.stack])) {
      if (existsSync(checkpointFile(this.#settings, stack))) continue;
      const select = stack === this.#settings.stack ? [] : ["--no-select"];
      const usualFile = join(projectDir, `Pulumi.${stack}.yaml`);
      const tracked = existsSync(usualFile);
      try {
        await this.run(["stack", "init", stack, ...select], signal);
      } catch (error) {
        // Another stack's file may hold secrets of another passphrase; that is no reason for this one not to come up.
        signal?.throwIfAborted();
        if (stack === this.#settings.stack) throw error;
      }
      // `stack init` knows no --config-file: it leaves a file with nothing but a salt for a stack whose file is elsewhere.
      if (!tracked) rmSync(usualFile, { force: true });
    }
  }

  /** The stack's options on a command line: where its configuration is, if not where Pulumi looks by itself. */
  stackArguments(configFile = this.#settings.configFile): string[] {
    const { stack, projectDir } = this.#settings;
    const usual = configFile === join(projectDir, `Pulumi.${stack}.yaml`);
    return ["--stack", stack, ...(usual ? [] : ["--config-file", configFile])];
  }

  /**
   * Runs `pulumi` to its end and returns its output.
   * @throws Error with the output of a command that fails.
   */
  async run(args: readonly string[], signal?: AbortSignal, input?: string): Promise<string> {
    const result = await execa(this.command, args, {
      cwd: this.#settings.projectDir,
      env: this.environment(),
      reject: false,
      all: true,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
      ...(signal ? { cancelSignal: signal } : {}),
    });
    signal?.throwIfAborted();
    if (result.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${result.all}`);
    return result.stdout;
  }

  /**
   * Has Node run the program as it is. Pulumi.yaml says `typescript: false`, but a language host as old as the one that
   * can be built here (3.68) gets its options as flags only, and would compile the whole program at each command.
   * One that is on the user's own PATH is not ours to wrap, and new enough.
   */
  #wrapLanguageHost(): void {
    const name = "pulumi-language-nodejs";
    const host = this.#toolsPath
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file));
    if (host === undefined) return;
    const wrapper = join(this.#settings.stateDir, "bin", name);
    writeFileSync(wrapper, `#!/bin/sh\nexec ${shellQuoted(host)} -typescript=false "$@"\n`);
    chmodSync(wrapper, 0o755);
  }

  /**
   * Keeps the CLI from its automatic log: 40 MB for each command and half of its time on two cores. There is no switch
   * for it (engine 3.259: logging.StartLogging); without a folder to write to it goes on without one.
   */
  #forgoLogs(): void {
    const file = join(this.#settings.stateDir, "pulumi-home", "logs");
    if (!existsSync(file))
      writeFileSync(file, "A file in the place of the folder of logs: sim/pulumi/pulumi-workspace.ts\n");
  }

  get #passphraseFile(): string {
    return join(this.#settings.stateDir, "passphrase");
  }
}

/** Where the file backend keeps a stack (engine 3.259: backend/diy). */
function checkpointFile({ stateDir }: SimSettings, stack: string): string {
  return join(stateDir, "pulumi-state", ".pulumi", "stacks", PROJECT, `${stack}.json`);
}

/** Lock files of the sim's stack: one for each update that runs, or was killed. */
export function locksFolder({ stateDir, stack }: SimSettings): string {
  return join(stateDir, "pulumi-state", ".pulumi", "locks", "organization", PROJECT, stack);
}

/** What the state says of the sim's stack, without asking the CLI; undefined before the stack was made. */
export function stackState(settings: SimSettings): StackState | undefined {
  const file = checkpointFile(settings, settings.stack);
  if (!existsSync(file)) return undefined;
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint?: {
      latest?: { resources?: StackState["resources"]; pending_operations?: StackState["pendingOperations"] };
    };
  };
  return {
    resources: checkpoint?.latest?.resources ?? [],
    pendingOperations: checkpoint?.latest?.pending_operations ?? [],
  };
}

/** A word that any POSIX shell reads back as it is. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
