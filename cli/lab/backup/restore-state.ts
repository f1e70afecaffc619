import { PulumiFailure } from "../../pulumi-cli.ts";
import type { LabContext } from "../lab-context.ts";
import type { BackupContent } from "./backup-content.ts";

/** auto: only where the stack has no resources of its own; keep: never; import: in place of what the stack has. */
export const stateChoices = ["auto", "keep", "import"] as const;
export type StateChoice = (typeof stateChoices)[number];

/** What becomes of Pulumi's state. */
export interface StateStep {
  readonly action: "none" | "keep" | "import";
  /** For people. */
  readonly because: string;
  /** Whether the stack has to be made first. */
  readonly makeStack: boolean;
}

/**
 * Pulumi's state is rarely lost with the infra node, and then it is newer than the one in the backup.
 * @throws PulumiFailure.
 */
export async function stateStep(
  { pulumi, stack }: LabContext,
  content: BackupContent,
  choice: StateChoice,
): Promise<StateStep> {
  const none = (because: string): StateStep => ({ action: "none", because, makeStack: false });
  if (content.state === null) return none("the backup has none");
  if (choice === "keep") return none("left alone, as asked");
  const makeStack = !(await pulumi.hasStack(stack));
  if (makeStack) return { action: "import", because: `there is no stack ${stack}: it is made`, makeStack };
  const count = (await pulumi.exportState(stack)).deployment?.resources?.length ?? 0;
  if (count === 0) return { action: "import", because: `stack ${stack} has no resources`, makeStack };
  if (choice === "import")
    return { action: "import", because: `in place of ${count} resources, as asked`, makeStack };
  return { action: "keep", because: `stack ${stack} has ${count} resources of its own`, makeStack };
}

/** @throws PulumiFailure. */
export async function restoreState(
  { pulumi, stack }: LabContext,
  content: BackupContent,
  step: StateStep,
): Promise<void> {
  if (step.action !== "import") return;
  if (content.state === null) throw new PulumiFailure("the backup has no state of Pulumi's");
  if (step.makeStack) await pulumi.makeStack(stack);
  await pulumi.importState(stack, content.state);
}
