/**
 * Asks one URL as fast as it is answered, from so many connections at once, and prints what came of it as JSON. With
 * `close` each request has a connection of its own, as sushy has; latency includes connecting then. A client of our own,
 * since the usual ones tell nonsense about servers that close connections.
 *
 * Usage: node bench/emulator/load.ts '<JSON of LoadOrder>'
 */
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export interface LoadOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly close: boolean;
  readonly milliseconds: number;
}

export interface LoadResult {
  /** Answers with status 200; the last ones may have come after the time was over. */
  readonly answers: number;
  /** Of them in a second. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers with another status, and connections that failed. */
  readonly errors: number;
}

const END_OF_HEADERS = Buffer.from("\r\n\r\n");
const order = JSON.parse(process.argv[2] ?? "{}") as LoadOrder;
const { protocol, hostname, port, pathname } = new URL(order.url);
const head = Object.entries({
  Host: hostname,
  ...order.headers,
  Connection: order.close ? "close" : "keep-alive",
})
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join("");
const question = `GET ${pathname} HTTP/1.1\r\n${head}\r\n`;
const begin = performance.now();
const end = begin + order.milliseconds;
const latencies: number[] = [];
let errors = 0;

function open(): Socket {
  const where = { host: hostname, port: Number(port) };
  // The certificate is nobody's business here; verifying it costs the client, not the server.
  return protocol === "https:" ? connectTls({ ...where, rejectUnauthorized: false }) : connectPlain(where);
}

/** One answer on a connection; resolves false when it failed. */
function ask(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    let length = -1;
    let status = 0;
    const done = (right: boolean): void => {
      socket.removeAllListeners("data").removeAllListeners("error").removeAllListeners("close");
      socket.on("error", () => undefined);
      resolve(right);
    };
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (length < 0) {
        const at = received.indexOf(END_OF_HEADERS);
        if (at < 0) return;
        const text = received.subarray(0, at).toString("latin1");
        status = Number(text.slice(9, 12));
        length = at + 4 + Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
      }
      if (received.length >= length) done(status === 200);
    });
    socket.on("error", () => done(false));
    socket.on("close", () => done(false));
    socket.write(question);
  });
}

async function client(): Promise<void> {
  let kept: Socket | undefined;
  while (performance.now() < end) {
    const asked = performance.now();
    const socket = kept ?? open();
    const right = await ask(socket);
    if (right) latencies.push(performance.now() - asked);
    else errors += 1;
    kept = right && !order.close ? socket : undefined;
    if (!kept) socket.destroy();
  }
  kept?.destroy();
}

await Promise.all(Array.from({ length: order.connections }, client));
latencies.sort((a, b) => a - b);
const at = (share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
const result: LoadResult = {
  answers: latencies.length,
  perSecond: (latencies.length * 1000) / (performance.now() - begin),
  p50: at(0.5),
  p99: at(0.99),
  errors,
};
console.log(JSON.stringify(result));
