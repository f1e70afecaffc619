import { z } from "zod";
import { hostNamespace } from "../../../components/config/resolve/host-namespace.ts";
import { labNamespace } from "../../../components/redfish-emulator/names.ts";
import type { KubeApi } from "../kube-api.ts";
import { LabError } from "../lab-error.ts";
import type { BackupContent } from "./backup-content.ts";
import { type BackupObject, objectName } from "./backup-object.ts";
import { coreListPath } from "./core-list-path.ts";
import { type CustomKind, customKind, definitionsPath } from "./custom-kind.ts";
import { holds } from "./holds.ts";
import { restoreOrder } from "./restore-order.ts";

/** An object, where it comes into, and whether it is there already. */
export interface PlannedObject {
  readonly object: BackupObject;
  /** Of the list that it comes into. */
  readonly list: string;
  /** As the API server has it; undefined when it has none. */
  readonly present: unknown;
}

export interface RestorePlan {
  /** Definitions that the API server lacks. */
  readonly definitions: readonly CustomKind[];
  /** Namespaces that it lacks. */
  readonly namespaces: readonly string[];
  /** Owners before what they own. */
  readonly objects: readonly PlannedObject[];
  /** Whether an earlier run for the same backup did not come to its end. */
  readonly goesOn: boolean;
}

export const recordPath = `/api/v1/namespaces/${labNamespace}/configmaps/${holds.restoreRecord}`;
const recordSchema = z.object({ data: z.object({ backup: z.string() }) });

/**
 * What a restore would do to an infra cluster. Changes nothing.
 *
 * @param keep leave what is there as it is, instead of refusing.
 * @throws LabError when the infra cluster has objects of the backup and was not begun to be restored from it; ApiRefusal, ApiUnreachable.
 */
export async function restorePlan(
  api: Pick<KubeApi, "find" | "server">,
  content: BackupContent,
  keep: boolean,
): Promise<RestorePlan> {
  const kinds = content.definitions.flatMap((item) => customKind(item) ?? []);
  const ordered = restoreOrder(content.objects);
  const objects: PlannedObject[] = [];
  for (const object of ordered) {
    const list = listPath(object, kinds);
    objects.push({
      object,
      list,
      present: await api.find(`${list}/${encodeURIComponent(object.metadata.name)}`),
    });
  }
  const goesOn = (await recordedId(api)) === content.id;
  const present = objects.filter(({ present: found }) => found !== undefined);
  if (present.length > 0 && !goesOn && !keep) {
    const names = present.map(({ object }) => objectName(object));
    const some = `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
    throw new LabError(
      `${api.server} has ${some} already: it is no empty infra cluster`,
      "Check edge-lab:infra.kubeconfig. To restore only what is missing there and leave the rest as it is: --keep-present",
    );
  }
  const definitions: CustomKind[] = [];
  for (const kind of kinds) {
    if ((await api.find(`${definitionsPath}/${kind.definition.metadata.name}`)) === undefined)
      definitions.push(kind);
  }
  const namespaces: string[] = [];
  for (const name of [labNamespace, hostNamespace]) {
    if ((await api.find(`/api/v1/namespaces/${name}`)) === undefined) namespaces.push(name);
  }
  return { definitions, namespaces, objects, goesOn };
}

/** Of the list that an object comes into. @throws LabError when the backup lacks its definition. */
function listPath({ kind, apiVersion, metadata }: BackupObject, kinds: readonly CustomKind[]): string {
  const namespace = metadata.namespace ?? hostNamespace;
  if (apiVersion === "v1") return coreListPath(kind, namespace);
  const known = kinds.find((one) => one.kind === kind && one.apiVersion === apiVersion);
  if (known !== undefined) return known.path(namespace);
  throw new LabError(
    `the backup holds a ${kind} (${apiVersion}) and no definition of it`,
    "Use another backup",
  );
}

async function recordedId(api: Pick<KubeApi, "find">): Promise<string | undefined> {
  return recordSchema.safeParse(await api.find(recordPath)).data?.data.backup;
}

/** The plan in lines, for a look before anything is done. Pure. */
export function planLines({ definitions, namespaces, objects }: RestorePlan): string[] {
  const byKind = Map.groupBy(objects, ({ object }) => object.kind);
  return [
    ...(namespaces.length === 0 ? [] : [`namespaces to make: ${namespaces.join(", ")}`]),
    `definitions to make: ${definitions.length}`,
    ...[...byKind].map(([kind, all]) => {
      const missing = all.filter(({ present }) => present === undefined);
      const there = all.length - missing.length;
      const names = missing.map(({ object }) => object.metadata.name).join(", ");
      return `${kind}: ${missing.length} to make${there === 0 ? "" : `, ${there} there already`}${names === "" ? "" : `: ${names}`}`;
    }),
  ];
}
