import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Logger } from "pino";
import { replaceFile } from "./durable-file.ts";

const SEED = "emulator.sqlite.gz";
/** Bytes: a store of a million events is far below it. */
const LARGEST = 512 * 1024 * 1024;

/**
 * Puts the copy of an earlier store, which GET /store gave, where there is no store yet: after its disk was lost. What cannot be
 * read is told and left out, since power control must not depend on it.
 */
export async function seedStore(path: string, seedFolder: string, logger: Logger): Promise<void> {
  const seed = join(seedFolder, SEED);
  if (existsSync(path) || !existsSync(seed)) return;
  try {
    const content = await promisify(gunzip)(await readFile(seed), { maxOutputLength: LARGEST });
    await replaceFile(path, content);
    logger.info({ path, seed }, "there was no store: it begins with a copy of an earlier one");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    logger.error(
      { path, seed },
      `the copy of an earlier store cannot be used: ${message}; starting with an empty one`,
    );
  }
}
