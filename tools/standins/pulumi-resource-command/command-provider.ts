import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  Provider,
  UpdateResult,
} from "@pulumi/pulumi/provider/index.js";
import { ChildProcesses } from "./child-processes.ts";
import { CopyToRemote } from "./copy-to-remote.ts";
import { EngineLog } from "./engine-log.ts";
import { LocalCommand } from "./local-command.ts";
import { isUnknown, type Properties, plain } from "./property-value.ts";
import { RemoteCommand } from "./remote-command.ts";
import type { ResourceKind } from "./resource-kind.ts";

const outputNames = new Set(["stdout", "stderr", "assets", "archive"]);

/**
 * Stands in for Pulumi's command provider where neither its download nor its sources can be reached. It behaves as
 * that provider's documentation says for local.Command, remote.Command, remote.CopyToRemote and the function local.run.
 *
 * Known differences: a custom time-out does not end a running command (Node's provider server does not pass it on).
 */
export class CommandProvider implements Provider {
  readonly version: string;
  readonly schema: string;
  readonly #children = new ChildProcesses();
  readonly #kinds: Readonly<Record<string, ResourceKind>>;
  readonly #local: LocalCommand;

  /** @param engineAddress where log lines go; none = nowhere. */
  constructor(version: string, engineAddress?: string) {
    this.version = version;
    this.schema = JSON.stringify({ name: "command", version });
    const log = new EngineLog(engineAddress);
    this.#local = new LocalCommand(this.#children, log);
    this.#kinds = {
      "command:local:Command": this.#local,
      "command:remote:Command": new RemoteCommand(this.#children, log),
      "command:remote:CopyToRemote": new CopyToRemote(this.#children),
    };
  }

  async check(urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    const known = Object.entries(news).filter(([, value]) => !isUnknown(value));
    const problems = this.#kind(urn).check(Object.fromEntries(known));
    // Something required may just not be known yet.
    const failures = problems.filter(({ property }) => !isUnknown(news[property]));
    return { inputs: news, failures };
  }

  /** Only inputs are compared, and without their secret marks: marking a value as secret runs nothing. */
  async diff(_id: string, urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
    const changed = [...names].filter(
      (name) =>
        !outputNames.has(name) &&
        !name.startsWith("__") &&
        (isUnknown(news[name]) || !isDeepStrictEqual(plain(olds[name]), plain(news[name]))),
    );
    const { replaces } = this.#kind(urn);
    return { changes: changed.length > 0, replaces: changed.filter((name) => replaces.includes(name)) };
  }

  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    const outputs = await this.#kind(urn).create(urn, inputs);
    const name = urn.split("::").at(-1) ?? "command";
    return { id: `${name}-${randomBytes(4).toString("hex")}`, outs: { ...inputs, ...outputs } };
  }

  async update(_id: string, urn: string, olds: Properties, news: Properties): Promise<UpdateResult> {
    return { outs: { ...news, ...(await this.#kind(urn).update(urn, olds, news)) } };
  }

  async delete(_id: string, urn: string, state: Properties): Promise<void> {
    await this.#kind(urn).delete(urn, state);
  }

  /** command:local:run, which takes a command instead of its phases. */
  async invoke(token: string, inputs: Properties): Promise<InvokeResult> {
    if (token !== "command:local:run") throw new Error(`the stand-in has no function ${token}`);
    const { command, ...others } = inputs;
    return { outputs: { ...inputs, ...(await this.#local.create("", { create: command, ...others })) } };
  }

  async cancel(): Promise<void> {
    this.#children.cancel();
  }

  #kind(urn: string): ResourceKind {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const kind = this.#kinds[type];
    if (kind === undefined) throw new Error(`the stand-in for pulumi-resource-command has no ${type}`);
    return kind;
  }
}
