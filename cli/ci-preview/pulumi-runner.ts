import { execa } from "execa";
import { PreviewError } from "./preview-error.ts";

/** Ten minutes: a preview asks the infra cluster about each resource. */
const timeLimit = 600_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The pulumi command in one folder with one environment. */
export class PulumiRunner {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = env;
  }

  /** Runs it to its end, whatever that is; @param echo shows what it prints while it runs, on standard error. */
  async run(
    args: readonly string[],
    options: { readonly echo?: true; readonly input?: string } = {},
  ): Promise<Ran> {
    const result = await execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.#folder,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...this.#env },
      input: options.input ?? "",
      reject: false,
      timeout: timeLimit,
      maxBuffer: 256 * 1024 * 1024,
      ...(options.echo
        ? { stdout: ["pipe", process.stderr] as const, stderr: ["pipe", "inherit"] as const }
        : {}),
    });
    if (result.timedOut) {
      throw new PreviewError(`pulumi ${args.slice(0, 2).join(" ")} gave no answer in ten minutes`);
    }
    return {
      code: result.exitCode ?? 127,
      stdout: result.stdout,
      stderr: result.stderr || (result.shortMessage ?? ""),
    };
  }

  /** @returns what it prints. @throws PreviewError when it fails. */
  async output(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input === undefined ? {} : { input });
    if (code !== 0) throw new PreviewError(`pulumi ${args.slice(0, 2).join(" ")} failed: ${stderr}`);
    return stdout;
  }
}
