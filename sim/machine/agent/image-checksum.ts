import { createHash, getHashes, type Hash } from "node:crypto";
import { AgentError } from "./agent-error.ts";
import type { AgentAnswer } from "./agent-network.ts";
import type { ImageInfo } from "./image-info.ts";

const ALGORITHM_BY_DIGITS: Readonly<Record<number, string>> = { 32: "md5", 64: "sha256", 128: "sha512" };

/**
 * Which checksum an image has to have, and with which algorithm. A checksum that is a URL is read from there: the file
 * holds nothing else, or a line with the image's file name, in the manner of sha256sum or of BSD.
 * @throws AgentError when it cannot be told
 */
export async function imageChecksum(
  info: ImageInfo,
  read: (url: string) => Promise<AgentAnswer>,
): Promise<{ hash: () => Hash; expected: string }> {
  const told = info.os_hash_algo ? info.os_hash_value : info.checksum;
  const expected = /^https?:\/\//.test(told ?? "") ? await fetched(told ?? "", info, read) : (told ?? "");
  const algorithm = info.os_hash_algo ?? ALGORITHM_BY_DIGITS[expected.length];
  if (algorithm === undefined || !getHashes().includes(algorithm)) {
    throw new AgentError(
      "RESTError",
      `Unable to proceed with image ${info.id} as the checksum indicator has been used but the algorithm could not be ` +
        `identified. Error: ${algorithm ?? `${expected.length} digits`} is no known algorithm.`,
    );
  }
  return { hash: () => createHash(algorithm), expected: expected.toLowerCase() };
}

async function fetched(
  url: string,
  info: ImageInfo,
  read: (url: string) => Promise<AgentAnswer>,
): Promise<string> {
  const failed = (reason: string) =>
    new AgentError("ImageDownloadError", `Download of image ${url} failed: ${reason}`);
  const { status, text } = await read(url).catch((error: Error) => {
    throw failed(error.message);
  });
  if (status !== 200) throw failed(`Received status code ${status} from ${url}, expected 200.`);
  const lines = text.split("\n").map((line) => line.trim());
  const [only, ...more] = lines.filter((line) => line !== "");
  if (only === undefined) throw failed("Empty checksum file");
  if (more.length === 0 && !only.includes(" ")) return only;
  const name = new URL(info.urls[0] ?? "").pathname.split("/").at(-1) ?? "";
  const line = lines.find(
    (one) =>
      !one.startsWith("#") &&
      (one.endsWith(` ${name}`) || one.endsWith(`*${name}`) || one.includes(`(${name})`)),
  );
  const sum = /(?:^|\s)([0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{32})(?:\s|$)/i.exec(line ?? "")?.[1];
  if (sum === undefined) throw failed(`Checksum file does not contain name ${name}`);
  return sum;
}
