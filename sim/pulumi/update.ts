import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { SimSettings } from "../settings.ts";
import type { PulumiWorkspace } from "./pulumi-workspace.ts";

export interface UpdateOutcome {
  /** The counts of pulumi's own summary: "+ 210 created", "210 unchanged" … */
  readonly changes: readonly string[];
}

export interface UpdateOptions {
  readonly signal?: AbortSignal;
  /** Another stack file than the sim's own. */
  readonly configFile?: string;
}

/** Steps as pulumi prints them without a terminal: " +  kubernetes:core/v1:Namespace edge-lab created (0.05s)". */
const STEP = /^\s*([+~-]|\+\+|--|\+-)\s+(\S+)\s+(\S+)\s+(created|updated|deleted|replaced)\b/;
/** What a step that waits tells meanwhile: " +  command:local:Command …-wait creating (31s) edge: host m920q-3: …". */
const TOLD = /^\s*[+~-]+\s+command:local:Command \S+ (?:creating|updating)\b[^)]*\) (\S+: .+)$/;
const DIAGNOSTIC = /^\s*(error|warning):/;
/** What the engine says of every plugin that was built here instead of downloaded. */
const HARMLESS = /using pulumi-\S+ from \$PATH|is expected to have version >=/;
/** How long pulumi may take to end in order after Ctrl-C: the operation it is in has to finish. */
const GRACE_MS = 60_000;

/**
 * `pulumi up` by the real CLI. Everything it prints goes to logs/pulumi.log; steps and diagnostics go to `progress`.
 * On an abort pulumi is asked once to end in order (it then keeps a complete state), and is waited for.
 * @throws Error with pulumi's own words when it fails; the signal's reason after an abort.
 */
export async function pulumiUp(
  settings: SimSettings,
  workspace: PulumiWorkspace,
  progress: (line: string) => void,
  { signal, configFile = settings.configFile }: UpdateOptions = {},
): Promise<UpdateOutcome> {
  const log = pulumiLog(settings);
  mkdirSync(dirname(log), { recursive: true });
  rmSync(log, { force: true });
  const args = [
    "up",
    ...workspace.stackArguments(configFile),
    "--yes",
    "--skip-preview",
    "--non-interactive",
  ];
  const child = execa(workspace.command, [...args, "--color", "never", "--suppress-outputs"], {
    cwd: settings.projectDir,
    env: workspace.environment(),
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    // Out of the terminal's process group: it gets exactly the one signal that we send.
    detached: true,
  });
  const stop = () => {
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
  };
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const lines: string[] = [];
  for await (const line of child.iterable({ from: "all" })) {
    appendFileSync(log, `${line}\n`);
    lines.push(line);
    const step = STEP.exec(line);
    const told = TOLD.exec(line)?.[1];
    if (step) progress(`${step[4]} ${step[2]} ${step[3]}`);
    else if (told) progress(told);
    else if (DIAGNOSTIC.test(line) && !HARMLESS.test(line)) progress(line.trim());
  }
  const result = await child;
  signal?.removeEventListener("abort", stop);
  signal?.throwIfAborted();
  if (result.exitCode !== 0) throw new Error(failure(lines, log));
  return { changes: summary(lines) };
}

/** All that the last `pulumi up` printed. */
export function pulumiLog(settings: SimSettings): string {
  return join(settings.stateDir, "logs", "pulumi.log");
}

/** From the diagnostics on, which pulumi prints last. */
function failure(lines: readonly string[], log: string): string {
  const from = lines.findIndex((line) => line.startsWith("Diagnostics:"));
  const text = (from >= 0 ? lines.slice(from) : lines.slice(-30)).join("\n").trimEnd();
  return `pulumi up failed. All of its output: ${log}\n${text}`;
}

function summary(lines: readonly string[]): string[] {
  const from = lines.findIndex((line) => line.startsWith("Resources:"));
  if (from < 0) return [];
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => line.trim() === "");
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
}
