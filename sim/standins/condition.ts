import type { Condition, KubeObject } from "../kubernetes/kube-object.ts";

/** What a controller finds about an object. */
export interface Finding {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
}

/**
 * The `Ready` condition for a finding, or undefined when the object already says exactly that (so that nothing is
 * written). The transition time changes only with the status, as the API conventions ask.
 */
export function readyCondition(object: KubeObject, finding: Finding, now: Date): Condition | undefined {
  const conditions = (object.status as { conditions?: readonly Condition[] } | undefined)?.conditions ?? [];
  const before = conditions.find(({ type }) => type === "Ready");
  const status = finding.ready ? "True" : "False";
  const generation = object.metadata.generation ?? 0;
  const same =
    before?.status === status &&
    before.reason === finding.reason &&
    before.message === finding.message &&
    before.observedGeneration === generation;
  if (same) return undefined;
  return {
    type: "Ready",
    status,
    reason: finding.reason,
    message: finding.message,
    observedGeneration: generation,
    lastTransitionTime:
      before?.status === status ? before.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, "Z"),
  };
}
