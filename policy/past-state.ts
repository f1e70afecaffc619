import { StateError, stackState } from "../components/stack-state/stack-state.ts";
import type { PastResource } from "./resource.ts";

/**
 * What policies compare with: a stack's state, by URN; see stackState.
 * @throws StateError when it cannot be read: a comparison with nothing would let everything pass.
 */
export async function pastState(stack: string, folder: string): Promise<ReadonlyMap<string, PastResource>> {
  try {
    return await stackState(stack, folder);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new StateError(
      `${error.message}. Policies compare with Pulumi's state and let nothing pass without it`,
    );
  }
}
