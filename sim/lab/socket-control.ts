import { request } from "node:http";

const ANSWER_MS = 5_000;

/** One request to a control API of the sim: HTTP with JSON over a unix socket. @throws Error when it is refused or not answered. */
export function socketControl<T>(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const options = { socketPath, method, path, timeout: ANSWER_MS, agent: false };
    const sent = request({ ...options, headers: { "content-type": "application/json" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const status = response.statusCode ?? 0;
        if (status >= 300) reject(new Error(`${method} ${path}: ${status} ${text}`));
        else resolve((text ? JSON.parse(text) : undefined) as T);
      });
    });
    sent.on("error", reject);
    sent.on("timeout", () =>
      sent.destroy(new Error(`${method} ${path}: no answer in ${ANSWER_MS / 1_000} s`)),
    );
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
