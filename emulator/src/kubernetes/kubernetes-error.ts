/**
 * unusable: the credentials cannot be read; unreachable: no answer, or none that makes sense; refused: no right to what was asked for;
 * unknown: the API has no such kind (yet); outdated: the version asked from is too old, or the list was cut: begin anew.
 */
export type KubernetesErrorKind = "unusable" | "unreachable" | "refused" | "unknown" | "outdated";

/** Why the Kubernetes API did not tell what was asked for. Its text never holds a credential. */
export class KubernetesError extends Error {
  readonly kind: KubernetesErrorKind;

  constructor(kind: KubernetesErrorKind, message: string) {
    super(message);
    this.name = "KubernetesError";
    this.kind = kind;
  }
}
