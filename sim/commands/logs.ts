import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ProcessTable } from "../processes/process-table.ts";
import type { SimSettings } from "../settings.ts";
import { POD_PREFIX } from "../standins/pods/pod-records.ts";

export interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
}

/**
 * `sim logs [NAME]`: the last lines of one process's output, or of all. A pod's name may be given without its prefix.
 * Returns the exit code.
 * @throws Error that lists the names when there is no such log.
 */
export function logs(settings: SimSettings, name: string | undefined, options: LogsOptions): Promise<number> {
  const files = logFiles(settings);
  const wanted =
    name === undefined ? [...files.keys()] : [name, POD_PREFIX + name].filter((key) => files.has(key));
  if (wanted.length === 0) {
    const known = [...files.keys()].join(", ");
    throw new Error(
      name ? `no log "${name}". There are: ${known || "none"}` : "no logs yet. Start with: npm start",
    );
  }
  const paths = wanted.map((key) => files.get(key) ?? "");
  const args = ["-n", String(options.lines), ...(options.follow ? ["-F"] : []), ...paths];
  return new Promise((resolve, reject) => {
    const tail = spawn("tail", args, { stdio: "inherit" });
    tail.once("error", reject);
    tail.once("close", (code) => resolve(code ?? 0));
  });
}

/** Log files by name: of processes, running or not, and of the last `pulumi up`. */
function logFiles(settings: SimSettings): Map<string, string> {
  const folder = join(settings.stateDir, "logs");
  const files = new Map<string, string>();
  for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
    if (file.endsWith(".log")) files.set(basename(file, ".log"), join(folder, file));
  }
  for (const { name, log } of new ProcessTable(settings.stateDir).list())
    if (existsSync(log)) files.set(name, log);
  return files;
}
