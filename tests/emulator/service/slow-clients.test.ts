import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { pino } from "pino";
import { Listener } from "../../../emulator/src/listener.ts";
import { eventually } from "../support/eventually.ts";

const LIMITS = { headersTimeout: 200, requestTimeout: 400, timeout: 600, connectionsCheckingInterval: 50 };
/** More than the kernel keeps for a reader that does not read. */
const LONG_ANSWER = Buffer.alloc(64 * 1024 * 1024, "x");

describe("slow clients", () => {
  let listener: Listener;
  let cutOff: Promise<unknown> | undefined;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    cutOff = undefined;
    listener = await Listener.open({
      host: "127.0.0.1",
      port: 0,
      handle: (request, response) => {
        request.resume();
        cutOff = once(response, "close");
        if (request.method === "GET") response.end(LONG_ANSWER);
        else request.on("end", () => response.end("whole"));
      },
      logger: pino({ level: "silent" }),
      limits: LIMITS,
    });
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await listener.close();
  });

  async function open(text: string): Promise<Socket> {
    const socket = connect(listener.address);
    sockets.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(text);
    return socket;
  }

  async function answerOf(socket: Socket): Promise<string> {
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    await once(socket, "close");
    return answer;
  }

  it("that send headers without end are told and cut off", async () => {
    const socket = await open("GET / HTTP/1.1\r\nHost: x\r\n");
    assert.match(await answerOf(socket), /^HTTP\/1\.1 408 /);
  });

  it("that never send the whole body are told and cut off, however steadily they send", async () => {
    const socket = await open("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    const drip = setInterval(() => socket.write("x"), 20);
    assert.match(await answerOf(socket), /^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });

  it("that do not take their answer are cut off", async () => {
    const socket = await open("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.pause();
    await eventually(async () => assert.ok(cutOff));
    await cutOff;
  });
});
