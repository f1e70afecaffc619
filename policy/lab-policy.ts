import type { PolicyName } from "../components/config/allowed-change.ts";
import type { PastResource, PlannedResource } from "./resource.ts";

/** Something that a policy stops. Texts never hold a secret. */
export interface Finding {
  /** The host, cluster or object that it is about; `of` in edge-lab:allowedChanges. */
  readonly of: string;
  /** The value that it would be changed to; `to` in edge-lab:allowedChanges. */
  readonly to: string;
  /** What is wrong, and why it matters. One sentence, without a full stop. */
  readonly wrong: string;
}

/** One policy. Pure: it judges a resource as the program declares it, beside what Pulumi's state says of it. */
export interface LabPolicy {
  readonly name: PolicyName;
  readonly description: string;
  /** What to do in place of the change. */
  readonly instead: string;
  /** @param before undefined when the resource is new, and when there is no state. */
  readonly check: (resource: PlannedResource, before: PastResource | undefined) => readonly Finding[];
}
