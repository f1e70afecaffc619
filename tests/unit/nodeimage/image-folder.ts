import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";

/** Where a test has an image's description: made for it, gone with it. */
export class ImageFolder {
  readonly path = mkdtempSync(join(tmpdir(), "edge-lab-image-"));

  constructor(vars: object = {}) {
    this.write("Containerfile", "ARG BASE_IMAGE\nFROM $BASE_IMAGE\nCOPY rootfs/ /\n");
    this.write("vars.yaml", stringify({ ...defaults, ...vars }));
  }

  write(path: string, content: string | Uint8Array, mode = 0o644): this {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return this;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const defaults = {
  packages: [],
  crioVersion: "",
  users: [],
  kernelArguments: [],
  kernelModules: [],
  sysctls: {},
  services: { enabled: ["crio.service"], masked: ["a.timer"] },
  rootFilesystem: "xfs",
  repositories: { kubernetes: "https://k.example/{minor}/", crio: "https://c.example/{minor}/" },
  custom: {},
};
