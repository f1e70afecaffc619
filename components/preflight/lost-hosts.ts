import { z } from "zod";
import { hostNamespace } from "../config/resolve/host-namespace.ts";
import { StateError, type StateResource } from "../stack-state/stack-state.ts";
import type { InfraView } from "./infra-view.ts";

/** What keeps an update from being made, or what could not be looked at. */
export interface LostHosts {
  /** Hosts that an update has made, when the infra cluster has none of them. */
  readonly names: readonly string[];
  /** Whether Pulumi's state has forgotten them, as it does at a refresh. */
  readonly forgotten: boolean;
  /** Why the state could not be looked at, although the infra cluster has no host. */
  readonly unseen?: string;
}

const nothing: LostHosts = { names: [], forgotten: false };
const hostType = "kubernetes:metal3.io/v1alpha1:BareMetalHost";
const inventoryType = "edge-lab:host-inventory:HostInventory";
const inventory = z.object({ made: z.array(z.string()).default([]) });

/**
 * Whether this is another infra cluster than that of the last update: Pulumi's state has hosts, or had them before a refresh, and the
 * cluster has none of them. An update would declare them anew, and Metal3 inspects what it does not know, which means that it reboots
 * every machine. One host that somebody deleted by hand is no such case.
 *
 * @param readState is called only where the cluster has no host at all, as before the first update; see stackState.
 */
export async function lostHosts(
  infra: Pick<InfraView, "hosts">,
  readState: () => Promise<ReadonlyMap<string, StateResource>>,
): Promise<LostHosts> {
  const there = await infra.hosts();
  if ("unseen" in there || there.seen.length > 0) return nothing;
  try {
    const resources = [...(await readState()).values()];
    const known = resources.filter(({ urn }) => typeOf(urn) === hostType).map(({ urn }) => hostOf(urn));
    if (known.length > 0) return { names: known.toSorted(), forgotten: false };
    // Pulumi's ids of Kubernetes objects: namespace/name.
    const made = resources
      .filter(({ urn }) => typeOf(urn) === inventoryType)
      .flatMap(({ outputs }) => inventory.safeParse(outputs).data?.made ?? [])
      .map((id) => id.slice(id.lastIndexOf("/") + 1));
    return { names: made.toSorted(), forgotten: made.length > 0 };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { ...nothing, unseen: error.message };
  }
}

/** What to say of them. Pure. */
export function lostHostsText({ names, forgotten }: Pick<LostHosts, "names" | "forgotten">): string {
  const count = names.length === 1 ? "the host" : `any of the ${names.length} hosts`;
  const restore = `lab restore FILE${forgotten ? " --state import" : ""}`;
  return [
    `This infra cluster does not have ${count} that this stack's last update declared in namespace ${hostNamespace} (${names.join(", ")}). Nothing was changed in it.`,
    "Declared anew they would be inspected, which reboots every machine.",
    `  - A new node in the place of a lost one: ${restore} first, then pulumi up --refresh (docs/backup.md).`,
    "  - Another cluster than meant: edge-lab:infra.kubeconfig and edge-lab:infra.context say which.",
    "  - Hosts that may be made anew: pulumi config set edge-lab:preflight skip, pulumi up --refresh, pulumi config rm edge-lab:preflight",
  ].join("\n");
}

/** As it stands last in a URN, after the types of its parents. */
function typeOf(urn: string): string {
  return urn.split("::").at(-2)?.split("$").at(-1) ?? "";
}

/** The inventory's resources are named lab-hosts-NAME. */
function hostOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2).replace(/^.*?-hosts-/, "");
}
