import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { type CloudConfig, ignoredKeys, readCloudConfig } from "../cloud-config/cloud-config.ts";
import type { DataDisk } from "../cloud-config/data-disk.ts";
import { fstabLines, fstabMounts, setUpDisks } from "../cloud-config/disk-setup.ts";
import { shellScript } from "../cloud-config/shell-script.ts";
import { writeFiles } from "../cloud-config/write-files.ts";
import { systemCommand } from "../system-command.ts";

const FOLDER = "/var/lib/cloud/instance";
const FINISHED = `${FOLDER}/boot-finished`;
const OUTPUT = "/var/log/cloud-init-output.log";
const FSTAB = "/etc/fstab";

export interface CloudInitOptions {
  readonly userData: string;
  readonly metaData: Readonly<Record<string, unknown>>;
  readonly disks: readonly DataDisk[];
  readonly log: (line: string) => void;
}

/** Whether this disk has been through its first boot. */
export function isConfigured(): boolean {
  return existsSync(FINISHED);
}

/**
 * The first boot's configuration, in cloud-init's order: bootcmd, write_files, disk_setup, fs_setup, mounts, then
 * runcmd. Done once in the life of a disk; a power cut in the middle means that the next boot does all of it again.
 *
 * @returns what went wrong, one message each. Nothing stops at an error, as in cloud-init; the machine runs on.
 */
export async function runCloudInit({ userData, metaData, disks, log }: CloudInitOptions): Promise<string[]> {
  mkdirSync(`${FOLDER}/scripts`, { recursive: true });
  const problems: string[] = [];
  let config: CloudConfig;
  try {
    config = readCloudConfig(userData, metaData);
  } catch (error) {
    problems.push((error as Error).message);
    config = {};
  }
  const ignored = ignoredKeys(config);
  if (ignored.length > 0) log(`cloud-init: not played: ${ignored.join(", ")}`);
  if (config.bootcmd?.length) problems.push(...(await script("bootcmd", shellScript(config.bootcmd), log)));
  const files = config.write_files ?? [];
  problems.push(...writeFiles(files.filter((file) => !file.defer)));
  for (const line of setUpDisks(config, disks)) log(`cloud-init: ${line}`);
  const lines = fstabLines(config.mounts);
  if (lines.length > 0) appendFileSync(FSTAB, `${lines.join("\n")}\n`);
  problems.push(...(await mountDisks(disks, log)));
  problems.push(...writeFiles(files.filter((file) => file.defer)));
  if (config.runcmd?.length) problems.push(...(await script("runcmd", shellScript(config.runcmd), log)));
  writeFileSync(FINISHED, `${new Date().toISOString()}\n`);
  return problems;
}

/**
 * Mounts what /etc/fstab says, at every boot. A disk that is not there is passed over with `nofail`.
 * @returns what was wanted and is not there.
 */
export async function mountDisks(disks: readonly DataDisk[], log: (line: string) => void): Promise<string[]> {
  if (!existsSync(FSTAB)) return [];
  const problems: string[] = [];
  for (const { source, target, options } of fstabMounts(readFileSync(FSTAB, "utf8"))) {
    const disk = disks.find((candidate) => candidate.answersTo(source));
    if (disk) {
      mkdirSync(target, { recursive: true });
      await systemCommand("mount", ["--bind", disk.content, target]);
      log(`mounted ${disk.name} at ${target}`);
    } else if (options.split(",").includes("nofail")) log(`mounts: no ${source} for ${target} (nofail)`);
    else problems.push(`mounts: no ${source} for ${target}`);
  }
  return problems;
}

/** Runs a script to its end, however long that takes; what it says goes to cloud-init's own output file. */
function script(name: string, text: string, log: (line: string) => void): Promise<string[]> {
  const path = `${FOLDER}/scripts/${name}`;
  // It may hold a bootstrap token.
  writeFileSync(path, text, { mode: 0o700 });
  const output = openSync(OUTPUT, "a", 0o640);
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn("sh", [path], { stdio: ["ignore", output, output] });
    const ended = (how: string, failed: boolean) => {
      log(`cloud-init: ${name} ended with ${how} after ${((Date.now() - started) / 1_000).toFixed(1)} s`);
      resolve(failed ? [`${name} ended with ${how}; see ${OUTPUT}`] : []);
    };
    child.once("error", (error) => ended(error.message, true));
    child.once("exit", (code, signal) => ended(`${code ?? signal}`, code !== 0));
  });
}
