import type { z } from "zod";
import { commandEnvironment, type commandInputs } from "./command-inputs.ts";
import { type Properties, plain } from "./property-value.ts";
import { problems, type ResourceKind } from "./resource-kind.ts";

/** What local.Command and remote.Command have in common: which text runs when, with which environment. */
export abstract class ShellCommand<Inputs extends z.infer<typeof commandInputs>> implements ResourceKind {
  readonly replaces = ["triggers"];
  readonly #schema: z.ZodType<Inputs>;

  constructor(schema: z.ZodType<Inputs>) {
    this.#schema = schema;
  }

  check(inputs: Properties): { property: string; reason: string }[] {
    return problems(this.#schema.safeParse(plain(inputs)).error);
  }

  create(urn: string, inputs: Properties): Promise<Properties> {
    const parsed = this.#schema.parse(plain(inputs));
    return this.#run(urn, parsed.create, parsed, commandEnvironment(parsed));
  }

  /** Runs `update`, or `create` again when there is none. */
  update(urn: string, state: Properties, inputs: Properties): Promise<Properties> {
    const parsed = this.#schema.parse(plain(inputs));
    return this.#run(urn, parsed.update ?? parsed.create, parsed, commandEnvironment(parsed, plain(state)));
  }

  /** With the text, folder and environment of the state, since the program may no longer hold them. */
  async delete(urn: string, state: Properties): Promise<void> {
    const parsed = this.#schema.parse(plain(state));
    await this.#run(urn, parsed.delete, parsed, commandEnvironment(parsed, plain(state)));
  }

  protected abstract run(
    urn: string,
    command: string,
    inputs: Inputs,
    environment: Record<string, string>,
  ): Promise<Properties>;

  async #run(
    urn: string,
    command: string | undefined,
    inputs: Inputs,
    environment: Record<string, string>,
  ): Promise<Properties> {
    return command === undefined ? { stdout: "", stderr: "" } : this.run(urn, command, inputs, environment);
  }
}
