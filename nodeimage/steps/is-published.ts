import { checksumName } from "../pipeline/checksum-file.ts";

/**
 * Whether an image server has an image. One short try: where it does not answer, as before it is there, the image is taken
 * for missing.
 */
export async function isPublished(url: string, signal?: AbortSignal, timeOutMs = 5000): Promise<boolean> {
  const limit = AbortSignal.timeout(timeOutMs);
  try {
    const answer = await fetch(checksumName(url), {
      method: "HEAD",
      redirect: "error",
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return answer.ok;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
