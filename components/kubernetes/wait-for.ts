export type Annotations = Readonly<Record<string, string>>;

/**
 * Annotation that makes the kubernetes provider wait, at creation and at every update, until all of `conditions` hold.
 * Without it a custom resource counts as created once the API server has accepted it.
 *
 * A condition is `condition=<Type>` (optionally `=<Status>`, True by default) or `jsonpath={<path>}=<value>`.
 */
export function waitFor(...conditions: readonly [string, ...string[]]): Annotations {
  return { "pulumi.com/waitFor": conditions.length === 1 ? conditions[0] : JSON.stringify(conditions) };
}
