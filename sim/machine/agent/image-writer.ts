import { open, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { MachineDisk } from "../machine-disk.ts";
import { AgentError } from "./agent-error.ts";
import type { AgentFaults } from "./agent-machine.ts";
import type { AgentNetwork } from "./agent-network.ts";
import type { BlockDevice } from "./block-device.ts";
import { imageChecksum } from "./image-checksum.ts";
import type { ImageInfo } from "./image-info.ts";
import type { MachineTime } from "./machine-time.ts";

/** As ironic-python-agent's image_download_connection_retries and …_retry_interval. */
const TRIES = 10;
const RETRY_S = 10;
/** What writing takes beside the download: a device that syncs, a partition table that is read again. */
const WRITE_S = 8;
/** Holds the partition table and the first line. */
const HEAD_BYTES = 4096;
/** Images that stand for an operating system here begin so; any other must have a partition table. */
const SIMULATED_IMAGE = "edge-lab simulated node image";

export interface ImageWriterOptions {
  readonly network: AgentNetwork;
  readonly time: MachineTime;
  readonly faults: () => AgentFaults;
  readonly note: (what: string, detail?: string) => void;
  /** The agent hangs from here on: never returns. */
  readonly hang: () => Promise<never>;
}

/** Writes a whole-disk image and a config drive on a disk (project ironic-python-agent, extensions/standby.py). */
export class ImageWriter {
  readonly #options: ImageWriterOptions;

  constructor(options: ImageWriterOptions) {
    this.#options = options;
  }

  /**
   * Returns the disk's identifier as its first sector holds it, 0x and eight digits.
   * `configDrive`: base64 of the gzip of an ISO 9660 image, or a URL of that.
   * @throws AgentError when the image cannot be had, is not what its checksum says, or does not fit
   */
  async write(
    info: ImageInfo,
    configDrive: string | undefined,
    disk: MachineDisk,
    device: BlockDevice,
  ): Promise<string> {
    const { network, time, note } = this.#options;
    const checksum = await imageChecksum(info, (url) => network.exchange(url));
    disk.wipe();
    for (let left = TRIES - 1; ; left--) {
      try {
        await this.#stream(info, checksum, disk, device);
        break;
      } catch (error) {
        if (!(error instanceof RetryableFailure)) throw error;
        if (left === 0) throw error.reason;
        note("image download failed", error.message);
        await time.pass(RETRY_S);
      }
    }
    await time.pass(WRITE_S);
    const first = await head(disk.imageFile);
    this.#validate(info, first, device);
    if (configDrive !== undefined) await this.#writeConfigDrive(configDrive, disk);
    const [firstLine = ""] = first.toString("latin1").split("\n");
    const { size } = await stat(disk.imageFile);
    disk.setContent({
      image: { url: info.urls[0] ?? "", bytes: size, firstLine: firstLine.slice(0, 200) },
      ...(configDrive !== undefined && { configDrive: true }),
    });
    return `0x${first.readUInt32LE(440).toString(16).padStart(8, "0")}`;
  }

  async #stream(
    info: ImageInfo,
    checksum: Awaited<ReturnType<typeof imageChecksum>>,
    disk: MachineDisk,
    device: BlockDevice,
  ): Promise<void> {
    const { faults, hang } = this.#options;
    const { chunks, length = 0 } = await this.#open(info);
    const hash = checksum.hash();
    const file = await open(disk.imageFile, "w");
    let written = 0;
    try {
      for await (const chunk of chunks) {
        if (written + chunk.length > device.size) throw new Error("[Errno 28] No space left on device");
        hash.update(faults().wrongChecksum && written === 0 ? flipped(chunk) : chunk);
        await file.write(chunk);
        written += chunk.length;
        if (faults().agentDiesMidDeploy && written >= length / 2) await hang();
      }
    } catch (error) {
      const reason = `Unable to write image to device ${device.name}. Error: ${(error as Error).message}`;
      throw new RetryableFailure(
        new AgentError("ImageDownloadError", `Download of image ${info.id} failed: ${reason}`),
      );
    } finally {
      await file.close();
    }
    const got = hash.digest("hex");
    if (got === checksum.expected) return;
    throw new RetryableFailure(
      new AgentError(
        "ImageChecksumError",
        `Image failed to verify against checksum. location: ${device.name}; image ID: ${info.id}; ` +
          `image checksum: ${checksum.expected}; verification checksum: ${got}`,
      ),
    );
  }

  /** The first URL that gives the image. */
  async #open(info: ImageInfo): Promise<{ chunks: AsyncIterable<Buffer>; length: number | undefined }> {
    const reasons: string[] = [];
    for (const url of info.urls) {
      try {
        const answer = await this.#options.network.open(url, { headers: authorization(info) });
        if (answer.status === 200) return answer;
        const reason = `Received status code ${answer.status} from ${url}, expected 200.`;
        if (answer.status < 500) {
          throw new AgentError("ImageDownloadError", `Download of image ${info.id} failed: ${reason}`);
        }
        reasons.push(reason);
      } catch (error) {
        if (error instanceof AgentError) throw error;
        reasons.push(`URL: ${url}; Error: ${(error as Error).message}`);
      }
    }
    throw new RetryableFailure(
      new AgentError("ImageDownloadError", `Download of image ${info.id} failed: ${reasons.join("\n ")}`),
    );
  }

  #validate(info: ImageInfo, first: Buffer, device: BlockDevice): void {
    const qcow2 = first.subarray(0, 4).equals(Buffer.from("QFI\xfb", "latin1"));
    if ((info.disk_format ?? "raw") !== "raw" || qcow2) {
      throw new AgentError(
        "InvalidImage",
        `Only raw images are written here; the image is ${qcow2 ? "qcow2" : "not qcow2"}, its disk_format ${info.disk_format}`,
      );
    }
    const partitioned = first.readUInt16LE(510) === 0xaa55;
    if (!partitioned && !first.toString("latin1").startsWith(SIMULATED_IMAGE)) {
      throw new AgentError(
        "DeploymentError",
        `No partitions found on the device ${device.name} after writing the image.`,
      );
    }
  }

  async #writeConfigDrive(configDrive: string, disk: MachineDisk): Promise<void> {
    let encoded = configDrive;
    if (/^https?:\/\//.test(configDrive)) {
      const { status, text } = await this.#options.network.exchange(configDrive);
      if (status !== 200) {
        throw new AgentError(
          "DeploymentError",
          `Can't download the configdrive content: got status code ${status}`,
        );
      }
      encoded = text;
    }
    let content: Buffer;
    try {
      content = await promisify(gunzip)(Buffer.from(encoded, "base64"));
    } catch (error) {
      throw new AgentError(
        "DeploymentError",
        `Config drive is not base64 encoded or the content is malformed. ${(error as Error).message}.`,
      );
    }
    const file = await open(disk.configDriveFile, "w", 0o600); // holds the machine's secrets
    await file.writeFile(content);
    await file.close();
  }
}

/** A failure that another try may mend. */
class RetryableFailure extends Error {
  readonly reason: AgentError;

  constructor(reason: AgentError) {
    super(reason.message);
    this.reason = reason;
  }
}

function authorization(info: ImageInfo): Record<string, string> {
  if (info.image_request_authorization) {
    return { Authorization: Buffer.from(info.image_request_authorization, "base64").toString("utf8") };
  }
  if (info.image_server_auth_strategy !== "http_basic") return {};
  const login = `${info.image_server_user ?? ""}:${info.image_server_password ?? ""}`;
  return { Authorization: `Basic ${Buffer.from(login).toString("base64")}` };
}

function flipped(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk);
  copy.writeUInt8(copy.readUInt8(0) ^ 1, 0);
  return copy;
}

/** The beginning of a file, as much as is looked at, filled up with zeros. */
async function head(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    await file.read(buffer, 0, buffer.length, 0);
    return buffer;
  } finally {
    await file.close();
  }
}
