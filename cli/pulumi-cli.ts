import { execa } from "execa";
import { z } from "zod";

const stackList = z.array(z.object({ name: z.string(), current: z.boolean().default(false) }));

/** What `pulumi stack export` writes; of a stack that nothing was made in yet, without resources. */
export const pulumiState = z.looseObject({
  version: z.number(),
  deployment: z.looseObject({ resources: z.array(z.unknown()).nullish() }).nullish(),
});
export type PulumiState = z.output<typeof pulumiState>;

const previewFailure = z.object({
  diagnostics: z.array(z.object({ severity: z.string(), message: z.string() })).default([]),
});

/** What to do about what pulumi says (engine 3.259; its words are not part of any contract, so they only add a hint). */
const hints: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /incorrect passphrase/,
    "The stack file has an encryptionsalt already: use the passphrase that it was made with, or remove that line and every `secure:` value.",
  ],
  [
    /passphrase must be set/,
    "Fix: export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, as for pulumi up.",
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set|not logged in/,
    'Fix: pulumi login (pulumi login --local if the state is on this machine). For the sim: eval "$(npm run -s sim -- env)"',
  ],
  [/no stack named/, "Fix: --stack NAME with one of `pulumi stack ls`, or make it by pulumi up."],
];

/** A pulumi command that failed, with what it said. */
export class PulumiFailure extends Error {
  override readonly name = "PulumiFailure";
}

interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The few things that `npm run init` and `lab` need of the pulumi command, which is looked for on PATH. */
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

  /**
   * The project's stacks, without organisation and project in their names, and which of them is selected.
   * @throws PulumiFailure when there is no pulumi, or nobody is logged in.
   */
  async stacks(): Promise<readonly { readonly name: string; readonly current: boolean }[]> {
    const { ok, stdout, stderr } = await this.#run(["stack", "ls", "--json"]);
    if (!ok) throw new PulumiFailure(`pulumi stack ls failed: ${stderr}`);
    return stackList
      .parse(JSON.parse(stdout))
      .map(({ name, current }) => ({ name: name.slice(name.lastIndexOf("/") + 1), current }));
  }

  /** @param stack with or without organisation and project. */
  async hasStack(stack: string): Promise<boolean> {
    const wanted = stack.slice(stack.lastIndexOf("/") + 1);
    return (await this.stacks()).some(({ name }) => name === wanted);
  }

  /**
   * The outputs of a stack's last update, decrypted; empty before the first.
   * @throws PulumiFailure for no such stack, a wrong or missing passphrase, and all that keeps pulumi from working.
   */
  async outputs(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const args = ["stack", "output", "--stack", stack, "--show-secrets", "--json"];
    const { ok, stdout, stderr } = await this.#run(args);
    if (!ok) throw new PulumiFailure(`pulumi stack output of stack ${stack} failed: ${stderr}`);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(stdout));
  }

  /**
   * A stack's configuration as Pulumi hands it to a program: secrets decrypted, structured values as JSON text.
   * @param file where the stack's file is, if not where Pulumi looks by itself.
   * @throws PulumiFailure as outputs() does.
   */
  async config(stack: string, file?: string): Promise<Readonly<Record<string, string>>> {
    const where = file === undefined ? [] : ["--config-file", file];
    const args = ["config", "--stack", stack, ...where, "--show-secrets", "--json"];
    const { ok, stdout, stderr } = await this.#run(args);
    if (!ok) throw new PulumiFailure(`pulumi config of stack ${stack} failed: ${stderr}`);
    const values = z.record(z.string(), z.object({ value: z.string() })).parse(JSON.parse(stdout));
    return Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]));
  }

  /**
   * A stack's state as Pulumi keeps it: secrets are encrypted in it.
   * @throws PulumiFailure for no such stack, and all that keeps pulumi from working.
   */
  async exportState(stack: string): Promise<PulumiState> {
    const { ok, stdout, stderr } = await this.#run(["stack", "export", "--stack", stack]);
    if (!ok) throw new PulumiFailure(`pulumi stack export of stack ${stack} failed: ${stderr}`);
    return pulumiState.parse(JSON.parse(stdout));
  }

  /** Puts a state in the place of a stack's own. @throws PulumiFailure. */
  async importState(stack: string, state: PulumiState): Promise<void> {
    const { ok, stderr } = await this.#run(["stack", "import", "--stack", stack], JSON.stringify(state));
    if (!ok) throw new PulumiFailure(`pulumi stack import into stack ${stack} failed: ${stderr}`);
  }

  /**
   * What `pulumi preview --json` writes; it runs the program, which takes its time.
   * @param file where the stack's file is, if not where Pulumi looks by itself.
   * @throws PulumiFailure with what kept the preview from its end.
   */
  async preview(stack: string, file?: string): Promise<unknown> {
    const where = file === undefined ? [] : ["--config-file", file];
    const { ok, stdout, stderr } = await this.#run(["preview", "--stack", stack, ...where, "--json"], "", 15);
    if (ok) return JSON.parse(stdout);
    throw new PulumiFailure(`pulumi preview of stack ${stack} failed: ${errorsIn(stdout) || stderr}`);
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

  async #run(args: readonly string[], input = "", minutes = 2): Promise<Outcome> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.#folder,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...this.#env },
      input,
      reject: false,
      timeout: minutes * 60_000,
    });
    if (result.code === "ENOENT") {
      throw new PulumiFailure(
        'pulumi is not on PATH. Fix: eval "$(npm run -s tools -- --env)", or install it',
      );
    }
    if (result.timedOut)
      throw new PulumiFailure(`pulumi ${args.slice(0, 2).join(" ")} gave no answer in ${minutes} minutes`);
    const stderr = result.stderr.trim();
    const hint = hints.find(([said]) => said.test(stderr))?.[1];
    return { ok: result.exitCode === 0, stdout: result.stdout, stderr: hint ? `${stderr}\n${hint}` : stderr };
  }
}

/** What a preview that failed tells on standard output, where its errors stand among its steps; empty when there are none. */
function errorsIn(preview: string): string {
  try {
    const { diagnostics } = previewFailure.parse(JSON.parse(preview));
    return diagnostics
      .flatMap(({ severity, message }) => (severity === "error" ? [message.trim()] : []))
      .join("\n");
  } catch {
    return "";
  }
}
