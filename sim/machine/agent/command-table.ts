import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AgentError, type SerializedAgentError } from "./agent-error.ts";

export interface AgentCommand {
  /** Answered while it still runs; its end is told by a heartbeat. */
  readonly asynchronous: boolean;
  /** Texts are told as {result: …}. */
  readonly run: (params: Readonly<Record<string, unknown>>) => unknown;
}

/** As the agent's API shows a command. */
export interface CommandRecord {
  readonly id: string;
  readonly command_name: string;
  command_status: "RUNNING" | "SUCCEEDED" | "FAILED" | "CLEAN_VERSION_MISMATCH";
  command_error: SerializedAgentError | null;
  command_result: unknown;
}

export interface CommandTableOptions {
  /** By extension, then by name: standby → power_off. */
  readonly commands: Readonly<Record<string, Readonly<Record<string, AgentCommand>>>>;
  /** An asynchronous command has come to its end. */
  readonly ended: (record: CommandRecord) => void;
}

/** The commands that were given, in their order; one at a time (project ironic-python-agent, extensions/base.py). */
export class CommandTable {
  readonly #options: CommandTableOptions;
  readonly #records: CommandRecord[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(options: CommandTableOptions) {
    this.#options = options;
  }

  get records(): readonly CommandRecord[] {
    return this.#records;
  }

  /**
   * Starts a command, waits for it if told to, and returns its record; a failed command is a record too.
   * @throws AgentError for what is no command, for parameters that it does not take, and while another one runs
   */
  async execute(
    name: string,
    params: Readonly<Record<string, unknown>>,
    wait: boolean,
  ): Promise<CommandRecord> {
    const dot = name.indexOf(".");
    if (dot < 0)
      throw new AgentError("InvalidCommandError", "Command name must be of the form <extension>.<name>");
    const last = this.#records.at(-1);
    if (last?.command_status === "RUNNING") {
      throw new AgentError("AgentIsBusy", `executing command ${last.command_name}`);
    }
    const [extension, short] = [name.slice(0, dot), name.slice(dot + 1)];
    const commands = member(this.#options.commands, extension);
    if (commands === undefined) {
      throw new AgentError("RequestedObjectNotFoundError", `Extension with id ${extension} not found.`);
    }
    const command = member(commands, short);
    if (command === undefined) throw new AgentError("InvalidCommandError", `Unknown command: ${short}`);
    return command.asynchronous
      ? this.#start(short, command, params, wait)
      : this.#call(name, short, command, params);
  }

  async #call(
    name: string,
    short: string,
    command: AgentCommand,
    params: Readonly<Record<string, unknown>>,
  ): Promise<CommandRecord> {
    let record: CommandRecord;
    try {
      const result = await command.run(params);
      record = { ...fresh(short), command_status: "SUCCEEDED", command_result: told(result) };
    } catch (error) {
      const failure = AgentError.from(error);
      if (failure.status === 400) throw failure;
      record = { ...fresh(name), command_status: "FAILED", command_error: failure.serialized() };
    }
    this.#records.push(record);
    return record;
  }

  async #start(
    short: string,
    command: AgentCommand,
    params: Readonly<Record<string, unknown>>,
    wait: boolean,
  ): Promise<CommandRecord> {
    const record = fresh(short);
    this.#records.push(record);
    this.#running = this.#finish(record, command, params);
    // A command that takes no time should not cost Ironic the six seconds until it asks again.
    await (wait ? this.#running : nextTurn());
    return record;
  }

  async #finish(
    record: CommandRecord,
    command: AgentCommand,
    params: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    try {
      const result = await command.run(params);
      record.command_result = told(typeof result === "string" ? `${record.command_name}: ${result}` : result);
      record.command_status = "SUCCEEDED";
    } catch (error) {
      const failure = AgentError.from(error);
      record.command_error = failure.serialized();
      record.command_status = failure.type === "VersionMismatch" ? "CLEAN_VERSION_MISMATCH" : "FAILED";
    }
    this.#options.ended(record);
  }
}

function fresh(name: string): CommandRecord {
  return {
    id: randomUUID(),
    command_name: name,
    command_status: "RUNNING",
    command_error: null,
    command_result: null,
  };
}

function told(result: unknown): unknown {
  return typeof result === "string" ? { result } : (result ?? null);
}

/** Own members alone: a command's name comes from outside. */
function member<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
