/**
 * How long each step of building a node image takes, how much room it needs at most and how much memory its programs use, for
 * an image of 2 GiB that is full by half. Not a test: nothing judges it. As root, with podman and e2fsprogs; the disk is made
 * by the fixture's maker, as bootc wants a base that has to be pulled.
 *
 * Usage: node bench/node-image-build.ts [MiB of the disk, default 2048]
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageBuildAt } from "../nodeimage/pipeline/image-build-at.ts";

const mebibyte = 1024 * 1024;
const [size = 2048] = process.argv.slice(2).map(Number);
const base = "localhost/edge-lab/bench-base:1";
const storage = "/var/lib/containers/storage";
const project = join(import.meta.dirname, "..");

interface Measured {
  readonly step: string;
  readonly begin: number;
  /** MiB, at most. */
  disk: number;
  /** MiB by program, at most. */
  readonly memory: Map<string, number>;
}

/** MiB that a folder takes on disk: an image has holes. */
function taken(folder: string): number {
  const kibibytes = spawnSync("du", ["--summarize", "--one-file-system", folder], {
    encoding: "utf8",
  }).stdout;
  return Number.parseInt(kibibytes, 10) / 1024 || 0;
}

/** This process and all below it. */
function family(): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const status = /^\d+$/.test(name) ? text(`/proc/${name}/status`) : "";
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const below = (pid: number): boolean => pid === process.pid || (pid > 1 && below(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(below);
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function sample(measured: Measured, folder: string, before: number): void {
  measured.disk = Math.max(measured.disk, taken(folder) + taken(storage) - before);
  for (const pid of family()) {
    const status = text(`/proc/${pid}/status`);
    const [, program = ""] = /^Name:\s+(.*)$/m.exec(status) ?? [];
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
    if (program === "du") continue;
    measured.memory.set(program, Math.max(measured.memory.get(program) ?? 0, peak));
  }
}

/** Half the size of the disk, in files that no file system can make smaller. */
async function importBase(folder: string): Promise<void> {
  const files = join(folder, "base");
  spawnSync("mkdir", [files]);
  const noise = randomBytes(mebibyte);
  const dd = spawn("dd", [`of=${join(files, "noise")}`, "bs=1M", "status=none"], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  for (let at = 0; at < size / 2; at += 1) {
    noise.writeUInt32LE(at);
    if (!dd.stdin.write(Buffer.from(noise))) await once(dd.stdin, "drain");
  }
  dd.stdin.end();
  await once(dd, "close");
  const made = spawnSync("sh", ["-c", `tar --create --directory ${files} . | podman import - ${base}`]);
  if (made.status !== 0) throw new Error(`podman import failed: ${made.stderr.toString("utf8")}`);
  rmSync(files, { recursive: true });
}

const folder = mkdtempSync(join(tmpdir(), "edge-lab-bench-"));
const work = join(folder, "work");
const steps: Measured[] = [];
let tag = "";
try {
  await importBase(folder);
  const image = {
    kubernetes: "v1.34.3",
    folder: join(project, "sim/node-image"),
    baseImage: base,
    maker: join(project, "sim/node-image/make-disk"),
    format: "raw" as const,
    size: `${size}Mi`,
  };
  spawnSync("mkdir", [work]);
  const before = taken(storage);
  const say = (line: string): void => {
    const step = /^(\w+): /.exec(line)?.[1];
    if (step === undefined || step === steps.at(-1)?.step) return;
    steps.push({ step, begin: performance.now(), disk: 0, memory: new Map() });
  };
  const { build, plan } = imageBuildAt(image, { engine: "podman", sudo: false, work }, folder, { say });
  tag = `localhost/edge-lab/node-image:${plan.hash.slice(0, 12)}`;
  const sampler = setInterval(() => {
    const now = steps.at(-1);
    if (now !== undefined) sample(now, work, before);
  }, 500);
  const { path } = await build.build();
  clearInterval(sampler);
  const end = performance.now();
  console.log(
    `disk image: ${size} MiB, ${Math.round((statSync(path).blocks * 512) / mebibyte)} MiB of it written`,
  );
  for (const [index, { step, begin, disk, memory }] of steps.entries()) {
    const seconds = ((steps[index + 1]?.begin ?? end) - begin) / 1000;
    const programs = [...memory]
      .filter(([, peak]) => peak >= 1)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 4)
      .map(([program, peak]) => `${program} ${Math.round(peak)}`);
    console.log(
      `${step}: ${seconds.toFixed(1)} s, disk at most ${Math.round(disk)} MiB, memory at most (MiB) ${programs.join(", ")}`,
    );
  }
} finally {
  for (const name of [tag, base]) if (name !== "") spawnSync("podman", ["image", "rm", "--force", name]);
  rmSync(folder, { recursive: true, force: true });
}
