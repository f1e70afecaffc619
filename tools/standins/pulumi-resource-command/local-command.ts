import { z } from "zod";
import type { ChildProcesses } from "./child-processes.ts";
import { collectFiles } from "./collected-files.ts";
import { commandEnvironment, commandInputs } from "./command-inputs.ts";
import type { EngineLog } from "./engine-log.ts";
import { fileArchive, fileAsset, type Properties, plain } from "./property-value.ts";
import { problems, type ResourceKind } from "./resource-kind.ts";

const localInputs = commandInputs.extend({
  dir: z.string().optional(),
  interpreter: z.array(z.string()).min(1).default(["/bin/sh", "-c"]),
  assetPaths: z.array(z.string()).optional(),
  archivePaths: z.array(z.string()).optional(),
});
type LocalInputs = z.infer<typeof localInputs>;

/** local.Command: runs a command on this machine, in the project's folder unless `dir` says otherwise. */
export class LocalCommand implements ResourceKind {
  readonly replaces = ["triggers"];
  readonly #children: ChildProcesses;
  readonly #log: EngineLog;

  constructor(children: ChildProcesses, log: EngineLog) {
    this.#children = children;
    this.#log = log;
  }

  check(inputs: Properties): { property: string; reason: string }[] {
    return problems(localInputs.safeParse(plain(inputs)).error);
  }

  create(urn: string, inputs: Properties): Promise<Properties> {
    const parsed = localInputs.parse(plain(inputs));
    return this.#run(urn, parsed.create, parsed, commandEnvironment(parsed));
  }

  /** Runs `update`, or `create` again when there is none. */
  update(urn: string, state: Properties, inputs: Properties): Promise<Properties> {
    const parsed = localInputs.parse(plain(inputs));
    const command = parsed.update ?? parsed.create;
    return this.#run(urn, command, parsed, commandEnvironment(parsed, plain(state)));
  }

  /** With the text, folder and environment of the state, since the program may no longer hold them. */
  async delete(urn: string, state: Properties): Promise<void> {
    const parsed = localInputs.parse(plain(state));
    await this.#run(urn, parsed.delete, parsed, commandEnvironment(parsed, plain(state)));
  }

  async #run(
    urn: string,
    command: string | undefined,
    inputs: LocalInputs,
    environment: Record<string, string>,
  ): Promise<Properties> {
    if (command === undefined) return { stdout: "", stderr: "" };
    const result = await this.#children.run({
      command: [...inputs.interpreter, command],
      directory: inputs.dir,
      environment,
      stdin: inputs.stdin,
      shown: command,
      ...this.#log.streams(urn, inputs.logging),
    });
    return { ...result, ...collected(inputs) };
  }
}

function collected({ dir, assetPaths, archivePaths }: LocalInputs): Properties {
  const folder = dir ?? process.cwd();
  const outputs: Record<string, unknown> = {};
  if (assetPaths !== undefined) {
    const files = Object.entries(collectFiles(folder, assetPaths));
    outputs.assets = Object.fromEntries(files.map(([name, path]) => [name, fileAsset(path)]));
  }
  if (archivePaths !== undefined) outputs.archive = fileArchive(collectFiles(folder, archivePaths));
  return outputs;
}
