import { request } from "node:http";
import { z } from "zod";
import type { Clock } from "../../power/clock.ts";

export interface TpapQuestion {
  /** HOST or HOST:PORT. */
  readonly address: string;
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const QUESTION = JSON.stringify({ method: "login", params: { sub_method: "discover" } });
const MAX_ANSWER = 64 * 1024;

const answerSchema = z.object({
  result: z.object({ tpap: z.looseObject({}).optional(), tpap_preferred: z.boolean().optional() }),
});

/**
 * Asks a plug that refuses KLAP which protocol it wants, as python-kasa does (its pull request 1592): firmware since
 * autumn 2025 answers with a `tpap` object while it takes TPAP only, and with `tpap_preferred: false` while KLAP is on.
 * Never rejects: "unknown" is every other answer, and none.
 */
export function askForTpap({
  address,
  timeout,
  clock,
  signal,
}: TpapQuestion): Promise<"tpap" | "klap" | "unknown"> {
  return new Promise((resolve) => {
    const headers = { "Content-Type": "application/json", "Content-Length": String(QUESTION.length) };
    const call = request(`http://${address}/`, { method: "POST", agent: false, headers });
    const end = (answer: "tpap" | "klap" | "unknown"): void => {
      cancelTimer();
      signal.removeEventListener("abort", stop);
      resolve(answer);
      call.destroy();
    };
    const stop = (): void => end("unknown");
    const cancelTimer = clock.after(timeout, stop);
    signal.addEventListener("abort", stop, { once: true });
    call.on("error", stop);
    call.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) stop();
      });
      response.on("error", stop);
      response.on("end", () => end(meaningOf(text)));
    });
    if (signal.aborted) stop();
    else call.end(QUESTION);
  });
}

function meaningOf(text: string): "tpap" | "klap" | "unknown" {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "unknown";
  }
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return "unknown";
  const { tpap, tpap_preferred: preferred } = answer.data.result;
  if (tpap !== undefined) return "tpap";
  return preferred === false ? "klap" : "unknown";
}
