import type { Properties } from "./property-value.ts";

/**
 * One resource type of the provider. Inputs and state arrive with their secret marks; an implementation reads them
 * through `plain` and leaves the marks alone: the provider returns the inputs as they came, so that what was secret in
 * the program is secret in the state.
 */
export interface ResourceKind {
  /** Inputs whose change replaces the resource; every other change updates it. */
  readonly replaces: readonly string[];
  /** Problems of the inputs, by property. Unknown values (a preview) have been left out. */
  check(inputs: Properties): readonly { readonly property: string; readonly reason: string }[];
  /** @returns the outputs beside the inputs. */
  create(urn: string, inputs: Properties): Promise<Properties>;
  update(urn: string, state: Properties, inputs: Properties): Promise<Properties>;
  delete(urn: string, state: Properties): Promise<void>;
}

/** Each problem that a zod schema finds, under the input that it is about. */
export function problems(
  error:
    | { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }
    | undefined,
): { property: string; reason: string }[] {
  return (error?.issues ?? []).map(({ path, message }) => ({
    property: String(path[0] ?? ""),
    reason: path.length > 1 ? `${path.slice(1).join(".")}: ${message}` : message,
  }));
}
