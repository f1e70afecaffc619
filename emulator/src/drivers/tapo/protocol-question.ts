import { request as httpRequest } from "node:http";
import { z } from "zod";
import type { Clock } from "../../power/clock.ts";

export interface ProtocolQuestion {
  readonly host: string;
  readonly port: number;
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const QUESTION = JSON.stringify({ method: "login", params: { sub_method: "discover" } });
const MAX_ANSWER = 16_384;

const answerSchema = z.object({
  error_code: z.literal(0),
  result: z.object({ tpap: z.looseObject({}).optional(), tpap_preferred: z.boolean().optional() }),
});

/**
 * Asks a plug that refuses KLAP which protocol it speaks; it answers that without a login (python-kasa's pull request
 * 1592, plugp100). "tpap": the successor of KLAP only, so third-party compatibility is off. "klap": it is on, so the
 * plug has another reason. undefined: no answer, or none that says so. Never rejects, since it is asked for an
 * explanation only.
 */
export async function askProtocol(question: ProtocolQuestion): Promise<"tpap" | "klap" | undefined> {
  const parsed = answerSchema.safeParse(await post(question).catch(() => undefined));
  if (!parsed.success) return undefined;
  const { tpap, tpap_preferred } = parsed.data.result;
  if (tpap) return "tpap";
  return tpap_preferred === false ? "klap" : undefined;
}

function post({ host, port, timeout, clock, signal }: ProtocolQuestion): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(QUESTION) };
    const request = httpRequest({ host, port, method: "POST", path: "/", headers, agent: false });
    const stop = (): void => void request.destroy(new Error("stopped"));
    const cancelTimer = clock.after(timeout, stop);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    request.once("close", () => {
      cancelTimer();
      signal.removeEventListener("abort", stop);
      reject(new Error("no answer"));
    });
    request.once("error", reject);
    request.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("error", reject);
      response.on("data", (part: string) => {
        text += part;
        if (text.length > MAX_ANSWER) stop();
      });
      response.on("end", () => {
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.end(QUESTION);
  });
}
