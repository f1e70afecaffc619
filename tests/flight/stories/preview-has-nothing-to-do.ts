import type { Flight } from "../runner/story.ts";

/** Checks that the stack is what its program says; tells what a preview would change, or why there is none. */
export async function previewHasNothingToDo({ lab, checks, step }: Flight): Promise<void> {
  step("pulumi preview");
  const { code, stdout, stderr } = await lab.pulumi("preview", ["--expect-no-changes", "--diff"]);
  const said = code === 0 ? "exit code 0" : `exit code ${code}: ${stdout}\n${stderr}`.slice(-3_000);
  checks.ok("a preview has nothing to do", code === 0, said);
}
