import { type AllowedChange, allowedChangeSchema } from "../components/config/allowed-change.ts";
import type { Finding, LabPolicy } from "./lab-policy.ts";
import { at, type Inputs } from "./resource.ts";

/** The changes that a lab's stack file allows, out of the Lab's inputs, where the program hands them to its reviewers. */
export function allowedChanges(lab: Inputs): readonly AllowedChange[] {
  const declared = at(lab, "allowedChanges");
  return allowedChangeSchema.array().parse(Array.isArray(declared) ? declared : []);
}

export function isAllowed(policy: LabPolicy, finding: Finding, allowed: readonly AllowedChange[]): boolean {
  return allowed.some(
    (entry) =>
      entry.policy === policy.name &&
      (entry.of === undefined || entry.of === finding.of) &&
      entry.to === finding.to,
  );
}

/** A finding as a person reads it: what is wrong, what to do in its place, and the lines that let it through. */
export function refusalText({ name, instead }: LabPolicy, { of, to, wrong }: Finding): string {
  const entry = `{policy: ${name}, of: ${quoted(of)}, to: ${quoted(to)}, because: …}`;
  return `${wrong}. Fix: ${instead}. If it is meant, add to edge-lab:allowedChanges: ${entry}`;
}

/** A YAML scalar in a flow map. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) && !/^[\d.]+$/.test(text) ? text : JSON.stringify(text);
}
