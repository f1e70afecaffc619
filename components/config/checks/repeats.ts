import type { ConfigPath } from "../config-path.ts";

/** A value and the place where it was written. */
export interface Placed {
  readonly path: ConfigPath;
  /** As written, for the message. */
  readonly value: string;
  /** What is compared: the same for every spelling of the same thing. */
  readonly key: string;
}

/** Every value that was there before, with its first place. */
export function repeats<T extends Placed>(placed: readonly T[]): { readonly again: T; readonly first: T }[] {
  const seen = new Map<string, T>();
  return placed.flatMap((item) => {
    const first = seen.get(item.key);
    if (first !== undefined) return [{ again: item, first }];
    seen.set(item.key, item);
    return [];
  });
}
