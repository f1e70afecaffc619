import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { ChildProcesses } from "./child-processes.ts";
import { isArchive, isAsset, type Properties, pathOf, plain } from "./property-value.ts";
import { problems, type ResourceKind } from "./resource-kind.ts";
import { connection, withSshAccess } from "./ssh-session.ts";

const copyInputs = z.object({
  connection,
  remotePath: z.string().min(1),
  source: z.unknown(),
  triggers: z.array(z.unknown()).optional(),
});

/** remote.CopyToRemote: copies a local file, text or folder to another machine through this machine's `scp`. */
export class CopyToRemote implements ResourceKind {
  readonly replaces = ["triggers"];
  readonly #children: ChildProcesses;

  constructor(children: ChildProcesses) {
    this.#children = children;
  }

  check(inputs: Properties): { property: string; reason: string }[] {
    const found = problems(copyInputs.safeParse(plain(inputs)).error);
    const source = plain(inputs.source);
    const copyable = pathOf(source) !== undefined || textOf(source) !== undefined;
    if ((isAsset(source) || isArchive(source)) && copyable) return found;
    return [...found, { property: "source", reason: "must be a FileAsset, a StringAsset or a FileArchive" }];
  }

  async create(_urn: string, inputs: Properties): Promise<Properties> {
    await this.#copy(inputs);
    return {};
  }

  /** Copies again when what is copied, or where to, has changed; another connection alone copies nothing. */
  async update(_urn: string, state: Properties, inputs: Properties): Promise<Properties> {
    if (fingerprint(state) !== fingerprint(inputs)) await this.#copy(inputs);
    return {};
  }

  /** The remote file stays: the provider does not know what has become of it. */
  async delete(): Promise<void> {}

  async #copy(inputs: Properties): Promise<void> {
    const { connection: to, remotePath, source } = copyInputs.parse(plain(inputs));
    const folder = mkdtempSync(join(tmpdir(), "edge-lab-copy-"));
    try {
      const text = textOf(source);
      const file = pathOf(source) ?? join(folder, "content");
      if (text !== undefined) writeFileSync(file, text, { mode: 0o600 });
      await withSshAccess(to, [], ({ options, host, environment }) =>
        this.#children.run({
          command: ["scp", ...options, "-r", "-q", resolve(file), `${host}:${remotePath}`],
          environment,
          shown: `copy to ${remotePath}`,
        }),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function textOf(source: unknown): string | undefined {
  const { text } = (source ?? {}) as { readonly text?: unknown };
  return isAsset(source) && typeof text === "string" ? text : undefined;
}

/** The engine gives every asset and archive the hash of its content. */
function fingerprint(properties: Properties): string {
  const { source, remotePath } = plain(properties) as Properties;
  const { hash, path, text } = (source ?? {}) as Readonly<Record<string, unknown>>;
  return createHash("sha256")
    .update(JSON.stringify([hash ?? [path, text], remotePath]))
    .digest("hex");
}
