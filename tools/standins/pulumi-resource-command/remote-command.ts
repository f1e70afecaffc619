import type { z } from "zod";
import type { ChildProcesses } from "./child-processes.ts";
import { commandInputs } from "./command-inputs.ts";
import type { EngineLog } from "./engine-log.ts";
import type { Properties } from "./property-value.ts";
import { ShellCommand } from "./shell-command.ts";
import { connection, withSshAccess } from "./ssh-session.ts";

const remoteInputs = commandInputs.extend({ connection });
type RemoteInputs = z.infer<typeof remoteInputs>;

/**
 * remote.Command: runs a command on another machine through this machine's `ssh`. Variables of `environment` arrive
 * only if the server's sshd accepts them (AcceptEnv), as with the real provider.
 */
export class RemoteCommand extends ShellCommand<RemoteInputs> {
  readonly #children: ChildProcesses;
  readonly #log: EngineLog;

  constructor(children: ChildProcesses, log: EngineLog) {
    super(remoteInputs);
    this.#children = children;
    this.#log = log;
  }

  protected override async run(
    urn: string,
    command: string,
    inputs: RemoteInputs,
    environment: Record<string, string>,
  ): Promise<Properties> {
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
