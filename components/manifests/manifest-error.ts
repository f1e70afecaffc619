/**
 * - `unreachable`: no answer, or one that says "later" (time-out, refused connection, 429, 5xx); the cache is empty too.
 * - `refused`: the server answered that there is no such file for us (401, 403, 404, …).
 * - `hash-mismatch`: what came is not what was pinned. Nothing of it is used or cached.
 * - `not-a-manifest`: a web page, broken YAML, or documents that are no Kubernetes objects.
 * - `unset-variable`: a `${NAME}` without a default that we do not set.
 * - `missing`: the cache of the module route has no such file.
 */
export type ManifestErrorKind =
  | "unreachable"
  | "refused"
  | "hash-mismatch"
  | "not-a-manifest"
  | "unset-variable"
  | "missing";

/** A manifest could not be had or is not what it should be. The message names the manifest and what to do. */
export class ManifestError extends Error {
  readonly kind: ManifestErrorKind;

  constructor(kind: ManifestErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ManifestError";
    this.kind = kind;
  }
}
