import type { IncomingMessage } from "node:http";

/**
 * The body of an answer, whole.
 * @throws Error of the connection, or for a body of more than so many MiB, which is not read further.
 */
export function boundedText(response: IncomingMessage, maxMiB: number): Promise<string> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxMiB * 1024 * 1024) response.destroy(new Error(`the answer is larger than ${maxMiB} MiB`));
      else chunks.push(chunk);
    });
    response.on("error", fail);
    response.on("end", () => done(Buffer.concat(chunks).toString("utf8")));
  });
}
