import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

const MARK = "--end-of-command--";

/** One bash for many commands, as a reader of a guide has it: variables and background jobs stay. */
export class ShellSession {
  readonly #shell: ChildProcessWithoutNullStreams;
  /** Of the last command line. */
  exitCode = 0;
  #output = "";
  #heard = (): void => undefined;

  /** @param environment what is set beside this process' own */
  constructor(folder: string, environment: Readonly<Record<string, string | undefined>> = {}) {
    // A group of its own, so that background jobs end with it.
    this.#shell = spawn("bash", ["--norc", "--noprofile"], {
      cwd: folder,
      detached: true,
      env: { ...process.env, ...environment },
    });
    this.#shell.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      this.#heard();
    });
    this.#shell.on("close", () => this.#heard());
    this.#shell.stdin.write("exec 2>&1\n");
  }

  /** Runs a command line and resolves with what was printed, its end of line made sure of. */
  async run(command: string): Promise<string> {
    this.#output = "";
    this.#shell.stdin.write(`${command}\nprintf '\\n%s %s\\n' '${MARK}' "$?"\n`);
    const ended = new RegExp(`${MARK} (\\d+)\n`);
    while (!ended.test(this.#output)) {
      if (this.#shell.exitCode !== null) throw new Error(`the shell ended in: ${command}\n${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    this.exitCode = Number(ended.exec(this.#output)?.[1]);
    const text = stripVTControlCharacters(this.#output.slice(0, this.#output.indexOf(MARK))).trimEnd();
    return text === "" ? "" : `${text}\n`;
  }

  async close(): Promise<void> {
    const closed = once(this.#shell, "close");
    if (this.#shell.pid !== undefined) process.kill(-this.#shell.pid, "SIGKILL");
    await closed;
  }
}
