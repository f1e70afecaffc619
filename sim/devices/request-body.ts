import type { IncomingMessage } from "node:http";

/** Far more than any message of these protocols. */
const LIMIT_BYTES = 64 * 1024;

/** The whole body of a request, or undefined when it is larger than any device would take. Rejects on a cut connection. */
export async function requestBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
