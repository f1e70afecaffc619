import { readdirSync } from "node:fs";
import { type PulumiCli, PulumiFailure } from "../pulumi-cli.ts";
import { LabError } from "./lab-error.ts";

/**
 * The stack that a command is about: the one asked for (--stack, PULUMI_STACK), else Pulumi's selected one, else the only
 * one. Without a Pulumi to ask, the only stack file of the project decides.
 *
 * @param folder of the project.
 * @throws LabError that lists what there is.
 */
export async function chooseStack(
  folder: string,
  pulumi: Pick<PulumiCli, "stacks">,
  asked: string | undefined,
): Promise<string> {
  if (asked !== undefined && asked !== "") return asked;
  const files = readdirSync(folder).flatMap((name) => /^Pulumi\.([\w-]+)\.yaml$/.exec(name)?.[1] ?? []);
  const known = files.length > 0 ? `Stack files here: ${files.join(", ")}` : `${folder} has no stack file`;
  let stacks: Awaited<ReturnType<PulumiCli["stacks"]>>;
  try {
    stacks = await pulumi.stacks();
  } catch (error) {
    if (!(error instanceof PulumiFailure)) throw error;
    const [only, ...others] = files;
    if (only !== undefined && others.length === 0) return only;
    throw new LabError(`which stack? ${error.message}\n${known}`, "Name it: --stack NAME");
  }
  const selected = stacks.find(({ current }) => current);
  if (selected) return selected.name;
  const [only, ...others] = stacks;
  if (only === undefined) {
    throw new LabError(`there is no stack yet. ${known}`, "Make it: npm run init, then pulumi up");
  }
  if (others.length === 0) return only.name;
  throw new LabError(
    `none of the stacks ${stacks.map(({ name }) => name).join(", ")} is selected`,
    "Name one: --stack NAME, or pulumi stack select NAME",
  );
}
