import {
  specialArchiveSig,
  specialAssetSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime/rpc.js";

/** Property bags as the engine sends them: JSON, with secrets, assets and archives as objects that carry a signature. */
export type Properties = Readonly<Record<string, unknown>>;

const signature = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[specialSigKey]
    : undefined;

/** The value with every secret mark removed, at any depth. Only for use in memory: what is returned keeps its marks. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (signature(value) === specialSecretSig) return plain((value as { readonly value: unknown }).value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** True when the value, or any part of it, is not known yet (a preview). */
export function isUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isUnknown);
}

/** True for a file asset or archive that the engine has resolved to a local path. */
export function pathOf(value: unknown): string | undefined {
  const { path } = (value ?? {}) as { readonly path?: unknown };
  return isAsset(value) || isArchive(value) ? (typeof path === "string" ? path : undefined) : undefined;
}

export const isAsset = (value: unknown): boolean => signature(value) === specialAssetSig;
export const isArchive = (value: unknown): boolean => signature(value) === specialArchiveSig;

/** A file as an asset; the engine reads it and adds its hash. */
export function fileAsset(path: string): Properties {
  return { [specialSigKey]: specialAssetSig, path };
}

/** Files as one archive, by their names in it. */
export function fileArchive(files: Readonly<Record<string, string>>): Properties {
  const assets = Object.fromEntries(Object.entries(files).map(([name, path]) => [name, fileAsset(path)]));
  return { [specialSigKey]: specialArchiveSig, assets };
}
