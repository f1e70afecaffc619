import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { CacheFolder } from "../../tools/cache-folder.ts";
import { withProcessLock } from "../../tools/process-lock.ts";

/** By the program's name, or by a file's absolute path: the Debian package that brings it. */
export type ProgramPackages = Readonly<Record<string, string>>;

const INSTALL_MS = 20 * 60_000;

/**
 * Makes sure that programs are here: those that are missing are installed by apt-get where this is root on a Debian.
 * Test files that run beside each other take turns.
 *
 * @returns what is missing all the same, in plain words with what to do; undefined when nothing is.
 */
export async function debianPackages(wanted: ProgramPackages): Promise<string | undefined> {
  if (missing(wanted).length === 0) return undefined;
  const install = `apt-get install --no-install-recommends ${[...new Set(Object.values(wanted))].join(" ")}`;
  if (process.getuid?.() !== 0 || !present("apt-get")) {
    return `${missing(wanted).join(", ")} missing. Run as root on Debian, or: ${install}`;
  }
  const cache = new CacheFolder();
  return withProcessLock(cache.lock("debian-packages"), { what: "apt-get install" }, async () => {
    const packages = [...new Set(missing(wanted).map((name) => wanted[name] ?? name))];
    if (packages.length === 0) return undefined;
    const options = {
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: INSTALL_MS,
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
    } as const;
    // Another apt-get may hold dpkg's lock for a while; a mirror may not answer once.
    const patient = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
    await execa("apt-get", [...patient, "update"], options);
    const done = await execa(
      "apt-get",
      [...patient, "install", "--yes", "--no-install-recommends", ...packages],
      options,
    );
    const still = missing(wanted);
    if (still.length === 0) return undefined;
    const said = done.all.trim().split("\n").slice(-2).join(" ");
    return `${still.join(", ")} missing, and apt-get could not install ${packages.join(", ")} (${said}). Run: ${install}`;
  });
}

function missing(wanted: ProgramPackages): readonly string[] {
  return Object.keys(wanted).filter((name) => !present(name));
}

function present(name: string): boolean {
  if (name.startsWith("/")) return existsSync(name);
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...folders, "/usr/sbin", "/sbin"].some((folder) => existsSync(join(folder, name)));
}
