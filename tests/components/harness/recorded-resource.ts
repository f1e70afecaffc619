import type { ResourceOptions } from "@pulumi/pulumi";

/** Pulumi's mark of a secret inside serialised values (sdk: runtime/rpc.d.ts, specialSigKey and specialSecretSig). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** One resource as the program registered it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly custom: boolean;
  /** As they go to the engine, secrets opened. Unknown values, which exist in previews, are left out. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The same without anything that was marked as a secret: what stands readable in state and diffs. */
  readonly readable: Readonly<Record<string, unknown>>;
  readonly options: ResourceOptions;
  /** URNs of the resources in `dependsOn`, and of the parent. */
  readonly dependsOn: readonly string[];
  readonly parent: string | undefined;
}

/** Opens every secret in a serialised value. */
export function withSecrets(value: unknown): unknown {
  return walk(value, (secret) => withSecrets(secret));
}

/** Drops every secret from a serialised value. */
export function withoutSecrets(value: unknown): unknown {
  return walk(value, () => undefined);
}

function walk(value: unknown, onSecret: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, onSecret));
  if (!isRecord(value)) return value;
  if (value[signatureKey] === secretSignature) return onSecret(value.value);
  // What the SDK hands out for a value that only the update will know (sdk: output.js, Unknown).
  if ("__pulumiUnknown" in value) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, onSecret)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
