export interface ObjectType {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Pulumi's type token of a Kubernetes kind: `kubernetes:<group>/<version>:<kind>`, where the core group, which has no
 * name in apiVersion, is spelt `core`. The token is part of every URN: it must never change.
 */
export function resourceType({ apiVersion, kind }: ObjectType): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}
