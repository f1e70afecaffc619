import { execa } from "execa";
import { z } from "zod";

/** A resource in Pulumi's state, from its last update. Secrets in it are encrypted. */
export interface StateResource {
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

const stackList = z.array(z.object({ name: z.string() }));
const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          inputs: z.record(z.string(), z.unknown()).default({}),
          outputs: z.record(z.string(), z.unknown()).default({}),
          protect: z.boolean().default(false),
          // An object on its way out, beside the one that replaces it.
          delete: z.boolean().default(false),
        }),
      )
      .nullish(),
  }),
});

/** Why the state cannot be read. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/**
 * What Pulumi's state says of a stack's resources, by URN: nothing is decrypted. A program or a policy is handed the new inputs
 * alone, so that whoever compares has to read the old ones himself; `pulumi stack export` only reads, and takes no lock.
 *
 * @param stack without organisation and project, as it stands in URNs.
 * @param folder the project's.
 * @throws StateError.
 */
export async function stackState(stack: string, folder: string): Promise<ReadonlyMap<string, StateResource>> {
  const list = stackList.parse(JSON.parse(await pulumi(["stack", "ls", "--json"], folder)));
  const names = list
    .map(({ name }) => name)
    .filter((name) => name.slice(name.lastIndexOf("/") + 1) === stack);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    const found = names.length === 0 ? "no stack" : `several stacks (${names.join(", ")})`;
    throw new StateError(
      `pulumi stack ls knows ${found} called ${stack}, so there is no state to compare with`,
    );
  }
  const { deployment } = exported.parse(
    JSON.parse(await pulumi(["stack", "export", "--stack", name], folder)),
  );
  const living = (deployment.resources ?? []).filter((resource) => !resource.delete);
  return new Map(living.map(({ urn, inputs, outputs, protect }) => [urn, { urn, inputs, outputs, protect }]));
}

async function pulumi(args: readonly string[], folder: string): Promise<string> {
  const result = await execa("pulumi", [...args, "--non-interactive"], {
    cwd: folder,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdin: "ignore",
    reject: false,
    timeout: 120_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.exitCode === 0) return result.stdout;
  const why = result.timedOut ? "no answer in two minutes" : result.stderr || result.shortMessage;
  throw new StateError(`pulumi ${args.slice(0, 2).join(" ")} failed: ${why}`);
}
