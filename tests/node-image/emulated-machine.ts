import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export type Firmware = "bios" | "uefi";

/** OVMF: the firmware and its empty variables. */
export const uefiFiles = {
  code: "/usr/share/OVMF/OVMF_CODE_4M.fd",
  variables: "/usr/share/OVMF/OVMF_VARS_4M.fd",
} as const;

export interface MachineParts {
  readonly firmware: Firmware;
  readonly disk: string;
  readonly mac: string;
  /** Scratch, for what it prints and for its firmware's variables. */
  readonly folder: string;
}

/** Nothing is judged by it: a machine that hangs has to end some time. */
const longestMs = 30 * 60_000;

/**
 * A PC in QEMU, its processor emulated, so that it runs anywhere. The system prints to its first serial port, and what a test
 * wants to know to the second. It ends with this process, whatever ends it.
 */
export class EmulatedMachine {
  readonly #console: string;
  readonly #report: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<string>;
  #end: string | undefined;

  constructor({ firmware, disk, mac, folder }: MachineParts) {
    this.#console = join(folder, "console.log");
    this.#report = join(folder, "report.log");
    for (const file of [this.#console, this.#report]) writeFileSync(file, "");
    const args = [
      ...["-nodefaults", "-display", "none", "-no-reboot", "-machine", "q35", "-m", "1024", "-smp", "2"],
      // Where there is /dev/kvm, it need not work: a machine that is itself a virtual one may hang in it.
      ...["-accel", "tcg,thread=multi"],
      ...(firmware === "uefi" ? uefi(folder) : []),
      ...["-drive", `if=none,id=disk,format=raw,file=${disk},cache=unsafe`],
      ...["-device", "virtio-blk-pci,drive=disk,bootindex=1"],
      // A network card in a network that leads nowhere.
      ...["-netdev", "hubport,id=net,hubid=0", "-device", `virtio-net-pci,netdev=net,mac=${mac},romfile=`],
      ...["-device", "virtio-rng-pci"],
      ...["-serial", `file:${this.#console}`, "-serial", `file:${this.#report}`],
    ];
    // The kernel ends it when this process ends without a word.
    const command = ["--pdeathsig", "KILL", "--", "qemu-system-x86_64", ...args];
    this.#process = spawn("setpriv", command, { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(-2000);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.on("error", (error) => resolve(error.message));
      this.#process.on("close", (code, signal) => resolve(`${signal ?? `exit code ${code}`} ${complaint}`));
    });
    this.#ended.then((end) => {
      this.#end = end;
    });
  }

  /**
   * Waits for a report's last line, `end`.
   * @returns its lines `NAME=VALUE`, by name.
   * @throws Error with the end of the console when the machine ends first or says nothing for very long.
   */
  async report(): Promise<ReadonlyMap<string, string>> {
    const until = Date.now() + longestMs;
    for (;;) {
      const lines = readFileSync(this.#report, "utf8").split(/\r?\n/);
      if (lines.includes("end")) return valuesOf(lines);
      if (this.#end !== undefined) throw this.#failure(`the machine has ended: ${this.#end}`);
      if (Date.now() > until) throw this.#failure("the machine has not reported");
      await delay(250);
    }
  }

  /** Switches it off; resolves when its process has gone. */
  async stop(): Promise<void> {
    if (this.#end === undefined) this.#process.kill("SIGKILL");
    await this.#ended;
  }

  #failure(what: string): Error {
    const tail = (file: string): string =>
      readFileSync(file, "utf8").trim().split(/\r?\n/).slice(-40).join("\n");
    return new Error(
      `${what}\nthe end of its console:\n${tail(this.#console)}\nits report:\n${tail(this.#report)}`,
    );
  }
}

function uefi(folder: string): readonly string[] {
  const variables = join(folder, "uefi-variables.fd");
  if (!existsSync(variables)) copyFileSync(uefiFiles.variables, variables);
  const flash = (file: string, more: string) => ["-drive", `if=pflash,format=raw,file=${file}${more}`];
  return [...flash(uefiFiles.code, ",readonly=on"), ...flash(variables, "")];
}

function valuesOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}
