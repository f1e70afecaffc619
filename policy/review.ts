import type { AllowedChange } from "../components/config/allowed-change.ts";
import { allowedChanges, isAllowed, refusalText } from "./allowance.ts";
import type { LabPolicy } from "./lab-policy.ts";
import { type PastResource, type PlannedResource, types } from "./resource.ts";

/** Reads a stack's state; see stackState. */
type ReadState = (stack: string) => Promise<ReadonlyMap<string, PastResource>>;

/**
 * One preview or update under review. The engine asks about each resource before it touches it, and the first question waits for
 * the state: so what is compared with is the state as it was before anything changed.
 */
export class Review {
  readonly #read: ReadState;
  #state: ReturnType<ReadState> | undefined;
  #allowed: readonly AllowedChange[] = [];

  constructor(read: ReadState) {
    this.#read = read;
  }

  /** What a policy has against a resource, as texts for people. */
  async refusals(policy: LabPolicy, resource: PlannedResource): Promise<string[]> {
    // The Lab comes before its children, since they are registered with its URN.
    if (resource.type === types.lab) this.#allowed = allowedChanges(resource.inputs);
    this.#state ??= this.#read(stackOf(resource.urn));
    const before = (await this.#state).get(resource.urn);
    return policy
      .check(resource, before)
      .filter((finding) => !isAllowed(policy, finding, this.#allowed))
      .map((finding) => refusalText(policy, finding));
  }
}

/** `urn:pulumi:<stack>::<project>::…` */
function stackOf(urn: string): string {
  return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";
}
