import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { CacheFolder } from "../../tools/cache-folder.ts";
import { withProcessLock } from "../../tools/process-lock.ts";

const script = join(import.meta.dirname, "fixture", "make-base");
const repository = "localhost/edge-lab-test/debian";
const minute = 60_000;

interface AptSource {
  readonly mirror: string;
  readonly release: string;
}

/**
 * The base image of the fixture in podman's storage: made by debootstrap of the release and from the mirror that apt uses on
 * this machine. The archive is kept in the cache and the image in podman, under a hash of what they are made of; an older one
 * is removed from both.
 *
 * @returns its reference.
 * @throws Error with the last words of the program that failed.
 */
export async function debianBase(): Promise<string> {
  const source = await aptSource();
  const key = createHash("sha256")
    .update(`${source.release} ${process.arch}\n`)
    .update(readFileSync(script))
    .digest("hex")
    .slice(0, 12);
  const reference = `${repository}:${key}`;
  const cache = new CacheFolder();
  return withProcessLock(cache.lock("node-image-base"), { what: "making a Debian base" }, async () => {
    if (await present(reference)) return reference;
    const archive = join(cache.root, "node-image", `debian-${key}.tar`);
    if (!existsSync(archive)) await make(source, archive, cache);
    await forgetOlder();
    await execa("podman", ["import", "--quiet", archive, reference], { timeout: 20 * minute });
    return reference;
  });
}

async function make({ mirror, release }: AptSource, archive: string, cache: CacheFolder): Promise<void> {
  const scratch = cache.scratch();
  try {
    const made = join(scratch, "base.tar");
    // Whatever debootstrap has mounted goes with its mount namespace, so that nothing of this machine is below `scratch`.
    const alone = ["--mount", "--propagation", "private", "sh"];
    await execa("unshare", [...alone, script, release, mirror, scratch, made], {
      timeout: 40 * minute,
      stdin: "ignore",
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
    });
    rmSync(dirname(archive), { recursive: true, force: true });
    mkdirSync(dirname(archive), { recursive: true });
    renameSync(made, archive);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Debian's own archive among those that apt has, not its updates. */
async function aptSource(): Promise<AptSource> {
  const format = "$(REPO_URI) $(RELEASE) $(LABEL)";
  const { stdout } = await execa("apt-get", ["indextargets", "--format", format, "Created-By: Packages"], {
    timeout: minute,
    env: { LC_ALL: "C" },
  });
  for (const line of stdout.split("\n")) {
    const [, mirror = "", release = ""] = /^(\S+) ([a-z]+) Debian$/.exec(line) ?? [];
    if (mirror !== "") return { mirror, release };
  }
  throw new Error("apt on this machine has no archive of Debian: the fixture's base image is a Debian");
}

/** As far as nothing is built on them. */
async function forgetOlder(): Promise<void> {
  const { stdout } = await execa("podman", ["image", "ls", "--quiet", repository], { timeout: minute });
  if (stdout === "") return;
  await execa("podman", ["image", "rm", ...stdout.split("\n")], { reject: false, timeout: 5 * minute });
}

async function present(reference: string): Promise<boolean> {
  const { exitCode } = await execa("podman", ["image", "exists", reference], {
    reject: false,
    timeout: minute,
  });
  return exitCode === 0;
}
