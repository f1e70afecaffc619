import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Programs of a building machine that only pretend, first on PATH: an engine that remembers what it has built, a root user,
 * free loop devices, an ssh that stays here. Each may be replaced by a test.
 */
export class FakeTools {
  readonly folder = mkdtempSync(join(tmpdir(), "edge-lab-tools-"));
  readonly #path = process.env.PATH;

  constructor() {
    mkdirSync(join(this.folder, "images"));
    this.script("id", "echo 0");
    this.script("losetup", "echo /dev/loop0");
    this.script("df", "echo Avail; echo 999999999999");
    this.script("ssh", `while [ "$1" != -- ]; do shift; done; echo "$2" >> "$FAKE/hosts"; exec sh -c "$3"`);
    this.script(
      "podman",
      `echo "$@" >> "$FAKE/podman.log"
       for last; do :; done
       case "$1" in
         --version) echo "podman version 5" ;;
         image) test -e "$FAKE/images/$(basename "$3")" ;;
         build)
           for argument; do case "$previous" in --tag) tag=$argument ;; esac; previous=$argument; done
           (cd "$last" && find . -type f | LC_ALL=C sort) > "$FAKE/context"
           touch "$FAKE/images/$(basename "$tag")" ;;
       esac`,
    );
    process.env.PATH = `${this.folder}:${this.#path}`;
    process.env.FAKE = this.folder;
  }

  script(name: string, body: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** What a tool has written down, line by line. */
  lines(name: string): string[] {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  remove(): void {
    process.env.PATH = this.#path;
    delete process.env.FAKE;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
