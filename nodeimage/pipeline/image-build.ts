import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { ImageError } from "../description/image-error.ts";
import type { ImagePlan } from "../description/image-plan.ts";
import type { DiskMaker } from "../makers/disk-maker.ts";
import type { BuildHost, RunOptions } from "./build-host.ts";
import { checksumIn, checksumName, checksumText } from "./checksum-file.ts";
import { failureHint } from "./failure-hint.ts";
import type { StepLog } from "./step-log.ts";
import { writeContext } from "./write-context.ts";

export interface BuildSettings {
  readonly engine: "podman" | "docker";
  readonly maker: DiskMaker;
  /** Absolute folder on the building machine; each image has one in it. */
  readonly workFolder: string;
  /** Local folder for the rendered context. */
  readonly contextFolder: string;
  readonly rootFilesystem: string;
}

/** An image file on the building machine. */
export interface BuiltImage {
  readonly path: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

const minute = 60_000;
const gibibyte = 1024 ** 3;

/**
 * Builds one image: container, disk image, checksum. What a step has made is recognised by itself (an image in the engine's
 * storage, a file under its final name), so a build that was interrupted goes on at the step that it was in, and one that is
 * done does nothing.
 */
export class ImageBuild {
  readonly #plan: ImagePlan;
  readonly #settings: BuildSettings;
  readonly #host: BuildHost;
  readonly #log: StepLog;

  constructor(plan: ImagePlan, settings: BuildSettings, host: BuildHost, log: StepLog) {
    this.#plan = plan;
    this.#settings = settings;
    this.#host = host;
    this.#log = log;
  }

  /** @throws ImageError of the step that failed: what is wrong, what to do, where all of its output is. */
  async build(): Promise<BuiltImage> {
    const done = await this.#finished();
    if (done) {
      this.#log.line("build", `${this.#plan.name} is there already`);
      return done;
    }
    await this.#check();
    if (!(await this.#succeeds([this.#settings.engine, "image", "inspect", this.#tag])))
      await this.#container();
    if (!(await this.#succeeds(["test", "-f", this.#file]))) await this.#disk();
    await this.#checksum();
    const built = await this.#finished();
    if (!built) throw new ImageError(`${this.#file} vanished on ${this.#host.name} while it was built`);
    return built;
  }

  /** Frees the building machine of the disk image; the container's layers stay, for the next build. */
  async forget(): Promise<void> {
    await this.#host.run(["rm", "-rf", this.#folder], { timeOut: 10 * minute });
  }

  get #folder(): string {
    return `${this.#settings.workFolder}/${this.#plan.name}`;
  }

  get #file(): string {
    return `${this.#folder}/${this.#plan.name}`;
  }

  get #tag(): string {
    return `localhost/edge-lab/node-image:${this.#plan.hash.slice(0, 12)}`;
  }

  async #finished(): Promise<BuiltImage | undefined> {
    const sums = await this.#host.run(["cat", checksumName(this.#file)], { timeOut: minute });
    const size = await this.#host.run(["stat", "--format=%s", this.#file], { timeOut: minute });
    const sha256 = checksumIn(sums.output, this.#plan.name);
    if (sums.code !== 0 || size.code !== 0 || sha256 === undefined) return undefined;
    return { path: this.#file, size: Number(size.output), sha256 };
  }

  /** What would fail only after minutes. */
  async #check(): Promise<void> {
    const { engine, maker, workFolder } = this.#settings;
    const step = "check";
    this.#log.begin(step);
    await this.#run(step, [engine, "--version"]);
    await this.#run(step, ["mkdir", "-p", this.#folder]);
    const { output } = await this.#host.run(["id", "-u"], { timeOut: minute });
    if (output.trim() !== "0") {
      throw new ImageError(
        `images are built by root, and on ${this.#host.name} this is user ${output.trim()}: run it as root, or let it use sudo`,
      );
    }
    if (maker.needsLoopDevices) await this.#run(step, ["losetup", "--find"]);
    const { size } = this.#plan.request.disk;
    const df = await this.#run(step, ["df", "--block-size=1", "--output=avail", workFolder]);
    const free = Number(/(\d+)\s*$/.exec(df.trim())?.[1]);
    if (free < size) {
      throw new ImageError(
        `${workFolder} on ${this.#host.name} has ${Math.floor(free / gibibyte)} GiB left, and the image may take ` +
          `${Math.ceil(size / gibibyte)}: free some space, or give another work folder`,
      );
    }
  }

  async #container(): Promise<void> {
    const { engine, contextFolder } = this.#settings;
    const step = "container";
    this.#log.begin(step);
    writeContext(this.#plan.context, contextFolder);
    const context = `${this.#folder}/context`;
    await this.#run(step, ["rm", "-rf", context]);
    await this.#run(step, ["mkdir", "-p", context]);
    const tar = spawn("tar", [
      "--create",
      "--numeric-owner",
      "--owner=0",
      "--group=0",
      "--directory",
      contextFolder,
      ".",
    ]);
    tar.on("error", (error) => tar.stdout.destroy(error));
    await this.#run(step, ["tar", "--extract", "--directory", context], { input: tar.stdout });
    const args = Object.entries(this.#plan.context.buildArguments).map(
      ([name, value]) => `--build-arg=${name}=${value}`,
    );
    await this.#run(
      step,
      [engine, "build", "--file", `${context}/Containerfile`, ...args, "--tag", this.#tag, context],
      {
        timeOut: 120 * minute,
      },
    );
    await this.#run(step, ["rm", "-rf", context]);
  }

  /** Under another name until it is whole. */
  async #disk(): Promise<void> {
    const { engine, maker, rootFilesystem } = this.#settings;
    const { format, size } = this.#plan.request.disk;
    const step = "disk";
    this.#log.begin(step);
    const folder = `${this.#folder}/disk`;
    const output = `${folder}/whole.${format}`;
    await this.#run(step, ["rm", "-rf", folder]);
    await this.#run(step, ["mkdir", "-p", folder]);
    const job = { engine, image: this.#tag, folder, output, format, size, rootFilesystem };
    try {
      for (const { argv, inputFile } of maker.commands(job)) {
        const input = inputFile === undefined ? {} : { input: createReadStream(inputFile) };
        await this.#run(step, argv, { timeOut: 120 * minute, ...input });
      }
      await this.#grow(step, output);
    } catch (error) {
      await this.#host.run(["rm", "-rf", folder], { timeOut: 10 * minute }).catch(() => undefined);
      throw error;
    }
    await this.#run(step, ["mv", output, this.#file]);
    await this.#run(step, ["rm", "-rf", folder]);
  }

  /** To the size that was asked for, never smaller. */
  async #grow(step: string, file: string): Promise<void> {
    const { format, size } = this.#plan.request.disk;
    if (format === "raw") {
      await this.#run(step, ["truncate", `--size=>${size}`, file]);
      return;
    }
    const info: unknown = JSON.parse(await this.#run(step, ["qemu-img", "info", "--output=json", file]));
    const now: unknown =
      typeof info === "object" && info !== null ? Reflect.get(info, "virtual-size") : undefined;
    if (typeof now !== "number" || now >= size) return;
    await this.#run(step, ["qemu-img", "resize", "-f", format, file, String(size)]);
  }

  async #checksum(): Promise<void> {
    const step = "checksum";
    this.#log.begin(step);
    const output = await this.#run(step, ["sha256sum", "--binary", this.#file], { timeOut: 60 * minute });
    const sha256 = /^\\?([0-9a-f]{64}) /m.exec(output)?.[1];
    if (sha256 === undefined) throw new ImageError(`sha256sum on ${this.#host.name} printed no checksum`);
    const beside = checksumName(this.#file);
    await this.#run(step, ["tee", `${beside}.part`], { input: checksumText(this.#plan.name, sha256) });
    await this.#run(step, ["mv", `${beside}.part`, beside]);
  }

  async #succeeds(argv: readonly string[]): Promise<boolean> {
    return (await this.#host.run(argv, { timeOut: minute })).code === 0;
  }

  async #run(step: string, argv: readonly string[], options: Partial<RunOptions> = {}): Promise<string> {
    this.#log.line(step, `$ ${argv.join(" ")}`);
    const onLine = (line: string): void => this.#log.line(step, line);
    const failed = (why: string, cause?: unknown): ImageError =>
      new ImageError(
        `${this.#plan.name}: step ${step} failed on ${this.#host.name}: ${why}. All of its output: ${this.#log.file(step)}`,
        { cause },
      );
    let result: Awaited<ReturnType<BuildHost["run"]>>;
    try {
      result = await this.#host.run(argv, { timeOut: 10 * minute, onLine, ...options });
    } catch (error) {
      throw failed(error instanceof Error ? error.message : String(error), error);
    }
    if (result.code === 0) return result.output;
    const last =
      result.output
        .trim()
        .split(/[\r\n]+/)
        .at(-1) ?? "";
    const hint = failureHint(result.output);
    throw failed(
      hint === undefined
        ? `"${argv.slice(0, 2).join(" ")}" ended with ${result.code}: ${last}`
        : `${hint} (${last})`,
    );
  }
}
