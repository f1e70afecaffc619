/** An image on the server. */
export interface PublishedImage {
  readonly name: string;
  /** ISO 8601. */
  readonly modified: string;
}

export interface ImageUse {
  /** Names that the lab declares now. */
  readonly declared: ReadonlySet<string>;
  /** Names that a host or a machine has, or is about to have. */
  readonly inUse: ReadonlySet<string>;
  /** How many others are kept, for going back. */
  readonly keep: number;
}

/** Names that this program gives (imageName): what others have copied there is theirs. */
const ours = /^node-v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?-[0-9a-f]{12}\.(raw|qcow2)$/;

/**
 * The published images that may go: ours, neither declared nor in use, and not among the newest `keep` of the rest. Pure.
 */
export function removableImages(published: readonly PublishedImage[], use: ImageUse): readonly string[] {
  return published
    .filter(({ name }) => ours.test(name) && !use.declared.has(name) && !use.inUse.has(name))
    .toSorted((a, b) =>
      a.modified === b.modified ? (a.name < b.name ? -1 : 1) : a.modified < b.modified ? 1 : -1,
    )
    .slice(use.keep)
    .map(({ name }) => name)
    .sort();
}
