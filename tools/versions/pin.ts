import { ToolError } from "../tool-error.ts";
import { type ContentHashOptions, contentHash } from "./content-hash.ts";
import type { HashTable } from "./hash-table.ts";
import type { Pinnable } from "./pinnable.ts";

export interface PinResult {
  readonly item: Pinnable;
  readonly outcome: "pinned" | "unchanged" | "changed" | "failed";
  /** The hash, or why there is none. */
  readonly detail: string;
}

export interface PinOptions extends ContentHashOptions {
  readonly report: (result: PinResult) => void;
}

/**
 * Downloads each item that has no hash and writes its hash into the table at once, so that an interrupt keeps what was
 * done. Items that are pinned already are left alone: a changed release must be noticed, not taken over.
 * @throws ToolError interrupted.
 */
export async function pin(
  items: readonly Pinnable[],
  table: HashTable,
  options: PinOptions,
): Promise<PinResult[]> {
  const unpinned = items.filter(({ key }) => !table.read().get(key));
  return each(unpinned, options, (item, hash) => {
    table.set(item.key, hash);
    return "pinned";
  });
}

/**
 * Fetches each pinned item again and compares. An item that is not pinned counts as failed.
 * @throws ToolError interrupted.
 */
export async function check(items: readonly Pinnable[], options: PinOptions): Promise<PinResult[]> {
  const missing = items.filter(({ hash }) => hash === "");
  const results = missing.map((item): PinResult => ({ item, outcome: "failed", detail: "not pinned" }));
  results.forEach(options.report);
  const pinned = items.filter(({ hash }) => hash !== "");
  const compared = await each(pinned, options, (item, hash) =>
    hash === item.hash ? "unchanged" : "changed",
  );
  return [...results, ...compared];
}

async function each(
  items: readonly Pinnable[],
  options: PinOptions,
  judge: (item: Pinnable, hash: string) => "pinned" | "unchanged" | "changed",
): Promise<PinResult[]> {
  const results: PinResult[] = [];
  for (const item of items) {
    let result: PinResult;
    try {
      const hash = await contentHash(item, options);
      result = { item, outcome: judge(item, hash), detail: hash };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code === "interrupted") throw error;
      result = { item, outcome: "failed", detail: error.summary };
    }
    results.push(result);
    options.report(result);
  }
  return results;
}
