import { connect } from "node:net";

/** What came of one TCP connection: somebody took it, refused it, no machine is there, or nothing came back. */
export type Knock = "open" | "refused" | "absent" | "silent";

const outcomes: Readonly<Record<string, Knock>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "refused",
  EHOSTUNREACH: "absent",
  EHOSTDOWN: "absent",
  ENETUNREACH: "absent",
  ENOTFOUND: "absent",
};

/**
 * Opens one TCP connection and closes it before a byte is sent. Never throws.
 * @param timeOut milliseconds.
 */
export function knock(host: string, port: number, timeOut: number, signal: AbortSignal): Promise<Knock> {
  return new Promise((done) => {
    const socket = connect({ host, port });
    const end = (outcome: Knock): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.destroy();
      done(outcome);
    };
    const stop = (): void => end("silent");
    // On a busy machine an answer may have come that this process has not got to: it goes first.
    const timer = setTimeout(() => setImmediate(stop), timeOut);
    signal.addEventListener("abort", stop, { once: true });
    socket.on("connect", () => end("open"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(outcomes[error.code ?? ""] ?? "silent"));
    if (signal.aborted) stop();
  });
}
