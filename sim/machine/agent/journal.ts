import { gzipSync } from "node:zlib";

const BLOCK_BYTES = 512;
/** Older lines are forgotten. */
const LINES = 2_000;

/** What happened in the machine since it booted; leaves it as Ironic takes a ramdisk's logs. */
export class Journal {
  readonly #tell: (what: string, detail?: string) => void;
  readonly #lines: string[] = [];

  constructor(tell: (what: string, detail?: string) => void) {
    this.#tell = tell;
  }

  note(what: string, detail?: string): void {
    this.#lines.push(`${new Date().toISOString()} ${what}${detail === undefined ? "" : `: ${detail}`}`);
    if (this.#lines.length > LINES) this.#lines.shift();
    this.#tell(what, detail);
  }

  /** base64 of the gzip of a tar archive (POSIX.1-1988 ustar) with one file, `journal`. */
  archive(): string {
    const content = Buffer.from(`${this.#lines.join("\n")}\n`);
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
    const end = Buffer.alloc(2 * BLOCK_BYTES);
    return gzipSync(Buffer.concat([header("journal", content.length), content, padding, end])).toString(
      "base64",
    );
  }
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  block.write(name, 0);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(Date.now() / 1_000), 11), 136);
  block.write("        ", 148); // the checksum counts itself as blanks
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
