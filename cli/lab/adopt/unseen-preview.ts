import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stackCopy } from "../../ci-preview/stack-copy.ts";
import type { LabContext } from "../lab-context.ts";

/**
 * A preview that does not ask the infra cluster, by a copy of the stack file with a kubeconfig that does not exist. One that asks
 * ends at the first object that somebody else has written with another value, and tells nothing of the others.
 *
 * @returns what `pulumi preview --json` writes.
 * @throws PulumiFailure; PreviewError for a stack file that is no YAML.
 */
export async function unseenPreview(lab: LabContext): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "edge-lab-adopt-"));
  try {
    const { text } = stackCopy(readFileSync(lab.stackFile, "utf8"), {
      kubeconfig: join(folder, "no-kubeconfig"),
      withoutSecrets: false,
    });
    const copy = join(folder, basename(lab.stackFile));
    writeFileSync(copy, text, { mode: 0o600 });
    return await lab.pulumi.preview(lab.stack, copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
