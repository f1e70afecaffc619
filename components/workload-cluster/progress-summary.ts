import { z } from "zod";
import { hostStatus } from "./host-status.ts";

const hostSchema = z.object({ status: hostStatus });

/**
 * All that a wait knows in one line, since Pulumi's table shows of a resource that is being made its last line alone: how many
 * hosts are in which state, most of them first, and how many have an error. Pure.
 *
 * @param stage what is waited for, as in "not initialised yet".
 * @param hosts metal3.io/v1alpha1 BareMetalHosts as the API returns them.
 * @throws ZodError when the objects are not of that form.
 */
export function progressSummary(stage: string, hosts: readonly unknown[]): string {
  const counts = new Map<string, number>();
  let errors = 0;
  for (const { status } of hosts.map((item) => hostSchema.parse(item))) {
    const state = status.provisioning.state || "not registered yet";
    counts.set(state, (counts.get(state) ?? 0) + 1);
    if (status.errorType !== "") errors += 1;
  }
  const states = [...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b, "en"));
  const parts = [
    ...states.map(([state, count]) => `${count} ${state}`),
    ...(errors === 0 ? [] : [`${errors} with an error`]),
  ];
  return `not ${stage} yet${parts.length === 0 ? "" : `; hosts: ${parts.join(", ")}`}`;
}
