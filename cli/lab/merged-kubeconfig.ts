import { isMap, isScalar, isSeq, parse, parseDocument, type YAMLMap, YAMLSeq } from "yaml";
import { z } from "zod";
import { LabError } from "./lab-error.ts";

const named = z.object({ name: z.string() });
const incoming = z.object({
  contexts: z.tuple(
    [z.object({ name: z.string(), context: z.record(z.string(), z.unknown()) })],
    z.unknown(),
  ),
  clusters: z.tuple([named.loose()], z.unknown()),
  users: z.tuple([named.loose()], z.unknown()),
});

export interface MergeInput {
  /** What the file holds; empty when there is none. */
  readonly present: string;
  /** A kubeconfig with one context. */
  readonly added: string;
  /** Of context, cluster and user in the merged file. */
  readonly name: string;
  /** Makes the context the current one. A file that has none gets it in any case. */
  readonly select: boolean;
  /** Shown in errors. */
  readonly path: string;
}

/**
 * A kubeconfig with one more context, or a newer one in the place of that of the same name. Everything else stays as it was,
 * comments included: other contexts, clusters and users, and which context is the current one. Pure.
 *
 * @throws LabError when the file is no kubeconfig, or has something of that name that belongs to somebody else: a context
 *   with another cluster or user, or a cluster or user that other contexts use.
 */
export function mergedKubeconfig({ present, added, name, select, path }: MergeInput): string {
  const source = incoming.parse(parse(added));
  const document = parseDocument(present.trim() === "" ? "apiVersion: v1\nkind: Config\n" : present);
  const { contents } = document;
  // The parser's words could quote a key out of it.
  if (document.errors.length > 0 || !isMap(contents)) {
    throw new LabError(`${path} is no kubeconfig`, "Give --merge another file, or mend it first");
  }
  const list = (field: string): YAMLSeq => {
    const value = contents.get(field, true);
    if (isSeq(value)) return value;
    if (value !== undefined && !(isScalar(value) && value.value === null)) {
      throw new LabError(
        `${path} is no kubeconfig: ${field} is no list`,
        "Give --merge another file, or mend it first",
      );
    }
    const made = new YAMLSeq();
    document.set(field, made);
    return made;
  };
  const [contexts, clusters, users] = [list("contexts"), list("clusters"), list("users")];
  refuseForeign(contexts, name, path);
  const [{ context }] = source.contexts;
  put(contexts, name, { name, context: { ...context, cluster: name, user: name } });
  put(clusters, name, { ...source.clusters[0], name });
  put(users, name, { ...source.users[0], name });
  const current = document.get("current-context");
  if (select || current === undefined || current === null || current === "")
    document.set("current-context", name);
  return document.toString({ lineWidth: 0 });

  function put(entries: YAMLSeq, of: string, value: object): void {
    const node = document.createNode(value);
    const index = entries.items.findIndex((item) => isMap(item) && item.get("name") === of);
    if (index < 0) entries.add(node);
    else entries.set(index, node);
    entries.flow = false;
  }
}

function refuseForeign(contexts: YAMLSeq, name: string, path: string): void {
  const foreign = contexts.items.filter(isMap).find((item: YAMLMap) => {
    const uses = (field: string): boolean => item.getIn(["context", field]) === name;
    const isOurs = item.get("name") === name;
    return isOurs ? !(uses("cluster") && uses("user")) : uses("cluster") || uses("user");
  });
  if (foreign === undefined) return;
  throw new LabError(
    `${path} has a context ${String(foreign.get("name"))} that uses or takes the name ${name} for something else`,
    "Give the new context another name with --name",
  );
}
