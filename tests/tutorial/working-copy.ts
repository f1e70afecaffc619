import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const repository = join(import.meta.dirname, "../..");

/**
 * A copy of this checkout as a clone would be: what git tracks or would track, and nothing that was built or is running here. Its
 * packages are hard links of the ones installed here. It lies within .edge-lab, on the same file system.
 */
export class WorkingCopy {
  readonly folder: string;

  constructor() {
    const parent = join(repository, ".edge-lab");
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, "tutorial-"));
    const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: repository,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const file of list.split("\0")) {
      if (file === "" || !existsSync(join(repository, file))) continue;
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(repository, file), join(this.folder, file));
    }
    // Not symbolic: the workspace's package leads to ../emulator, which has to be the copy's.
    const linked = spawnSync("cp", ["-al", join(repository, "node_modules"), this.folder], {
      encoding: "utf8",
    });
    if (linked.status !== 0) throw new Error(`packages could not be linked: ${linked.stderr}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
