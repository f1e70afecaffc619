import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { ToolError } from "../tool-error.ts";

const opening = "const hashes: Readonly<Record<string, string>> = {";
const closing = "};";

/** The formatter's line width (biome.json): a longer entry is broken after its colon. */
const lineWidth = 110;

/** The table of hashes inside components/versions.ts, read and rewritten as text so that the rest of the file stays. */
export class HashTable {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws ToolError when the file has no such table. */
  read(): Map<string, string> {
    const { body } = this.#split();
    const entries = body.matchAll(/"([^"]+)":\s*"([^"]*)"/g);
    return new Map([...entries].map(([, key = "", hash = ""]) => [key, hash]));
  }

  /** Adds or replaces one hash; the file is replaced whole, so an interrupt leaves the old or the new one. */
  set(key: string, hash: string): void {
    const hashes = this.read().set(key, hash);
    const { before, after } = this.#split();
    const lines = [...hashes].sort(([left], [right]) => (left < right ? -1 : 1)).map(formatted);
    const aside = `${this.#file}.${process.pid}`;
    writeFileSync(aside, `${before}${opening}\n${lines.join("")}${closing}${after}`);
    renameSync(aside, this.#file);
  }

  #split(): { before: string; body: string; after: string } {
    const text = readFileSync(this.#file, "utf8");
    const start = text.indexOf(opening);
    const end = text.indexOf(closing, start);
    if (start < 0 || end < 0) {
      throw new ToolError(
        "bad-option",
        `${this.#file} has no table of hashes`,
        `It begins with \`${opening}\`.`,
      );
    }
    return {
      before: text.slice(0, start),
      body: text.slice(start + opening.length, end),
      after: text.slice(end + closing.length),
    };
  }
}

function formatted([key, hash]: readonly [string, string]): string {
  const line = `  "${key}": "${hash}",`;
  return line.length <= lineWidth ? `${line}\n` : `  "${key}":\n    "${hash}",\n`;
}
