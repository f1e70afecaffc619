import { z } from "zod";
import type { ChildProcesses } from "./child-processes.ts";
import { collectFiles } from "./collected-files.ts";
import { commandInputs } from "./command-inputs.ts";
import type { EngineLog } from "./engine-log.ts";
import { fileArchive, fileAsset, type Properties } from "./property-value.ts";
import { ShellCommand } from "./shell-command.ts";

const localInputs = commandInputs.extend({
  dir: z.string().optional(),
  interpreter: z.array(z.string()).min(1).default(["/bin/sh", "-c"]),
  assetPaths: z.array(z.string()).optional(),
  archivePaths: z.array(z.string()).optional(),
});
type LocalInputs = z.infer<typeof localInputs>;

/** local.Command: runs a command on this machine, in the project's folder unless `dir` says otherwise. */
export class LocalCommand extends ShellCommand<LocalInputs> {
  readonly #children: ChildProcesses;
  readonly #log: EngineLog;

  constructor(children: ChildProcesses, log: EngineLog) {
    super(localInputs);
    this.#children = children;
    this.#log = log;
  }

  protected override async run(
    urn: string,
    command: string,
    inputs: LocalInputs,
    environment: Record<string, string>,
  ): Promise<Properties> {
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
