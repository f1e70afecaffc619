import { parseDocument, visit } from "yaml";
import { PreviewError } from "./preview-error.ts";

/** A stack file for a preview elsewhere than in the lab. */
export interface StackCopy {
  readonly text: string;
  /** Configuration paths of what was encrypted and has to be set anew, as `pulumi config set --path` takes them. */
  readonly placeholders: readonly string[];
}

/** What stands for a secret that cannot be read: long enough for every driver's rules. */
export const placeholder = "Not-Decrypted-1";

/**
 * A copy of a stack file.
 *
 * @param changes.kubeconfig put in the place of edge-lab:infra.kubeconfig.
 * @param changes.withoutSecrets takes out what is encrypted, and with it who encrypted it.
 * @throws PreviewError for a file that is no YAML map.
 */
export function stackCopy(
  text: string,
  changes: { readonly kubeconfig?: string | undefined; readonly withoutSecrets: boolean },
): StackCopy {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new PreviewError(`the stack file is not valid YAML: ${error.message}`);
  if (changes.kubeconfig !== undefined) {
    document.setIn(["config", "edge-lab:infra", "kubeconfig"], changes.kubeconfig);
  }
  const placeholders: string[] = [];
  if (changes.withoutSecrets) {
    visit(document, {
      Pair(_, pair, parents) {
        const key = keyOf(pair);
        if (key !== "secure") return undefined;
        const steps = parents.flatMap((parent) => keyOf(parent) ?? []).slice(1);
        placeholders.push(configPath(steps));
        return visit.REMOVE;
      },
    });
    for (const key of ["encryptionsalt", "encryptedkey", "secretsprovider"]) document.delete(key);
  }
  return { text: document.toString(), placeholders };
}

function keyOf(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null || !("key" in node)) return undefined;
  const { key } = node;
  const value: unknown = typeof key === "object" && key !== null && "value" in key ? key.value : key;
  return typeof value === "string" ? value : undefined;
}

/** `edge-lab:credentials.hosts["m920q.1"].password` */
function configPath(steps: readonly string[]): string {
  return steps
    .map((step, index) => (index === 0 ? step : /^[\w-]+$/.test(step) ? `.${step}` : `["${step}"]`))
    .join("");
}
