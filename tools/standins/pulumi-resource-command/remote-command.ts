import type { z } from "zod";
import type { ChildProcesses } from "./child-processes.ts";
import { commandEnvironment, commandInputs } from "./command-inputs.ts";
import type { EngineLog } from "./engine-log.ts";
import { type Properties, plain } from "./property-value.ts";
import { problems, type ResourceKind } from "./resource-kind.ts";
import { connection, withSshAccess } from "./ssh-session.ts";

const remoteInputs = commandInputs.extend({ connection });
type RemoteInputs = z.infer<typeof remoteInputs>;

/**
 * remote.Command: runs a command on another machine through this machine's `ssh`. Variables of `environment` arrive
 * only if the server's sshd accepts them (AcceptEnv), as with the real provider.
 */
export class RemoteCommand implements ResourceKind {
  readonly replaces = ["triggers"];
  readonly #children: ChildProcesses;
  readonly #log: EngineLog;

  constructor(children: ChildProcesses, log: EngineLog) {
    this.#children = children;
    this.#log = log;
  }

  check(inputs: Properties): { property: string; reason: string }[] {
    return problems(remoteInputs.safeParse(plain(inputs)).error);
  }

  create(urn: string, inputs: Properties): Promise<Properties> {
    const parsed = remoteInputs.parse(plain(inputs));
    return this.#run(urn, parsed.create, parsed, commandEnvironment(parsed));
  }

  /** Runs `update`, or `create` again when there is none. */
  update(urn: string, state: Properties, inputs: Properties): Promise<Properties> {
    const parsed = remoteInputs.parse(plain(inputs));
    const command = parsed.update ?? parsed.create;
    return this.#run(urn, command, parsed, commandEnvironment(parsed, plain(state)));
  }

  async delete(urn: string, state: Properties): Promise<void> {
    const parsed = remoteInputs.parse(plain(state));
    await this.#run(urn, parsed.delete, parsed, commandEnvironment(parsed, plain(state)));
  }

  async #run(
    urn: string,
    command: string | undefined,
    inputs: RemoteInputs,
    environment: Record<string, string>,
  ): Promise<Properties> {
    if (command === undefined) return { stdout: "", stderr: "" };
    const result = await withSshAccess(inputs.connection, Object.keys(environment), (access) =>
      this.#children.run({
        command: ["ssh", ...access.options, "-T", access.host, command],
        environment: { ...environment, ...access.environment },
        stdin: inputs.stdin,
        shown: command,
        ...this.#log.streams(urn, inputs.logging),
      }),
    );
    return { ...result };
  }
}
