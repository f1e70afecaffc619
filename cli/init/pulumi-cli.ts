import { execa } from "execa";

/** A pulumi command that failed, with what it said. */
export class PulumiFailure extends Error {
  override readonly name = "PulumiFailure";
}

interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The few things that `npm run init` needs of the pulumi command, which is looked for on PATH. */
export class PulumiCli {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param env added to the environment of every call, for instance a passphrase. */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#env = env;
  }

  /** Who is logged in to which backend; undefined when nobody is. */
  async login(): Promise<{ readonly user: string; readonly url: string } | undefined> {
    const { ok, stdout } = await this.#run(["whoami", "--json"]);
    if (!ok) return undefined;
    const answer: unknown = JSON.parse(stdout);
    const field = (name: string): string => {
      const value: unknown =
        typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;
      return typeof value === "string" ? value : "";
    };
    return { user: field("user"), url: field("url") };
  }

  async hasStack(stack: string): Promise<boolean> {
    const { ok, stdout, stderr } = await this.#run(["stack", "ls", "--json"]);
    if (!ok) throw new PulumiFailure(`pulumi stack ls failed: ${stderr}`);
    const list: unknown = JSON.parse(stdout);
    const names = (Array.isArray(list) ? list : []).map((entry: unknown) =>
      typeof entry === "object" && entry !== null && "name" in entry ? String(entry.name) : "",
    );
    return names.some((name) => name === stack || name.endsWith(`/${stack}`));
  }

  /** Makes the stack without making it the selected one. */
  async makeStack(stack: string): Promise<void> {
    const { ok, stderr } = await this.#run(["stack", "init", stack, "--no-select"]);
    if (!ok) throw new PulumiFailure(`pulumi stack init ${stack} failed: ${stderr}`);
  }

  /** Sets one encrypted value. It goes by standard input: a process's arguments can be read by every user. */
  async setSecret(stack: string, path: string, value: string): Promise<void> {
    const args = ["config", "set", "--stack", stack, "--secret", "--path", path];
    const { ok, stderr } = await this.#run(args, value);
    if (!ok) throw new PulumiFailure(`pulumi config set ${path} failed: ${stderr.replaceAll(value, "***")}`);
  }

  async #run(args: readonly string[], input = ""): Promise<Outcome> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.#folder,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...this.#env },
      input,
      reject: false,
      timeout: 120_000,
    });
    if (result.code === "ENOENT") {
      throw new PulumiFailure(
        'pulumi is not on PATH. Fix: eval "$(npm run -s tools -- --env)", or install it',
      );
    }
    if (result.timedOut)
      throw new PulumiFailure(`pulumi ${args.slice(0, 2).join(" ")} gave no answer in 2 minutes`);
    const stderr = result.stderr.trim();
    const hint = stderr.includes("incorrect passphrase")
      ? "\nThe stack file has an encryptionsalt already: use the passphrase that it was made with, or remove that line and every `secure:` value."
      : "";
    return { ok: result.exitCode === 0, stdout: result.stdout, stderr: stderr + hint };
  }
}
