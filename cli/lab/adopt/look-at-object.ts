import { groupOf, isOfHostsOrClusters } from "../hosts-or-clusters.ts";
import { ApiRefusal, ApiUnreachable, type KubeApi } from "../kube-api.ts";
import { claimants } from "./claims.ts";
import { withoutClass } from "./cluster-adoption.ts";
import { fieldChanges } from "./field-changes.ts";
import { actedUpon, otherMachine } from "./host-adoption.ts";
import type { PlannedObject } from "./planned-objects.ts";

/** What became of asking whether an object that is there can be taken over. */
export interface Look {
  /** The fields whose values would change, as in "spec.bootMode". */
  readonly changes: readonly string[];
  /** What keeps it from being taken over, and what to do; null when nothing does. */
  readonly refusal: string | null;
  /** Whose claims are all that keeps it from that, and may be taken off: empty where it is something else. */
  readonly release: readonly string[];
}

/** Of no interest: the kind, what the API server counts, and what controllers report. */
const notDeclared = ["apiVersion", "kind", "metadata", "status"];

const refused = (refusal: string, release: readonly string[] = []): Look => ({
  changes: [],
  refusal,
  release,
});

/**
 * Asks by a dry run, without force, what would become of an object that is there. What a person or Git decides field by field, hosts
 * and clusters, nobody is asked to release, unless it has the very values that it would get.
 * @throws ApiUnreachable.
 */
export async function lookAtObject(
  api: Pick<KubeApi, "dryApply">,
  path: string,
  { object, untold }: PlannedObject,
  present: unknown,
): Promise<Look> {
  const { kind, apiVersion } = object;
  const another = kind === "BareMetalHost" ? otherMachine(object, present) : null;
  const classless = kind === "Cluster" ? withoutClass(object, present) : null;
  const known = another ?? classless;
  if (known !== null) return refused(known);

  const held = isOfHostsOrClusters(groupOf(apiVersion));
  const claimed = held ? [] : claimants(present, untold);
  if (claimed.length > 0) {
    const fields = untold.map((field) => field.join(".")).join(", ");
    return refused(`${claimed.join(", ")} wrote ${fields}, which Pulumi makes anew`, claimed);
  }
  let changes: string[];
  try {
    changes = fieldChanges(present, await api.dryApply(path, object), notDeclared);
  } catch (error) {
    // A webhook that does not answer is told as the server's own trouble.
    if (error instanceof ApiUnreachable) return refused(error.message);
    if (!(error instanceof ApiRefusal)) throw error;
    // Without the request, which is the same for all.
    const said = error.message.replace(/^\S+: (?=HTTP \d)/, "");
    const others = [
      ...new Set([...said.matchAll(/conflicts? with "([^"]+)"/g)].map(([, name]) => name ?? "")),
    ];
    if (error.status !== 409 || others.length === 0) return refused(said);
    if (!held) return refused(said, others);
    // A list that is one value to the API server is in conflict for the defaults in it alone.
    const forced = fieldChanges(present, await api.dryApply(path, object, true), notDeclared);
    if (forced.length === 0) return refused(`${said}. The values are the same`, others);
    return refused(`${said}. Fix: have the stack file and who wrote it say the same`);
  }
  const acted = kind === "BareMetalHost" ? actedUpon(changes) : [];
  if (acted.length === 0) return { changes, refusal: null, release: [] };
  const refusal = `${acted.join(", ")} would change, upon which Metal3 acts. Fix: have the stack file and the host say the same`;
  return { changes, refusal, release: [] };
}
