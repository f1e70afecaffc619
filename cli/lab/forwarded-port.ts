import { once } from "node:events";
import { createServer } from "node:net";
import type { KubeApi } from "./kube-api.ts";
import { LabError } from "./lab-error.ts";

export interface ForwardOptions {
  readonly namespace: string;
  readonly pod: string;
  /** Of the pod. */
  readonly podPort: number;
  /** On this machine, on its loopback address alone; 0 takes a free one. */
  readonly port: number;
  /** Ends it, and every connection. */
  readonly signal: AbortSignal;
  /** Told of connections that come to nothing. */
  readonly note: (line: string) => void;
}

export interface ForwardedPort {
  readonly port: number;
  /** Fulfilled when it has ended. */
  readonly ended: Promise<void>;
}

/**
 * A port of this machine that leads to a port of a pod, through the API server: what `kubectl port-forward` does.
 * @throws LabError when the port is taken.
 */
export async function forwardedPort(
  api: Pick<KubeApi, "forward">,
  { namespace, pod, podPort, port, signal, note }: ForwardOptions,
): Promise<ForwardedPort> {
  const server = createServer((socket) => {
    const end = (): void => {
      socket.destroy();
    };
    signal.addEventListener("abort", end, { once: true });
    socket.once("close", () => signal.removeEventListener("abort", end));
    // A client that hangs up is no failure.
    socket.on("error", end);
    api.forward(namespace, pod, podPort, socket).catch((error: unknown) => {
      note(error instanceof Error ? error.message : String(error));
      end();
    });
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError(`port ${port} cannot be used (${why})`, "Give another one with --port, or none");
  }
  const ended = once(server, "close").then(() => undefined);
  const close = (): void => {
    server.close();
  };
  if (signal.aborted) close();
  else signal.addEventListener("abort", close, { once: true });
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : port, ended };
}
