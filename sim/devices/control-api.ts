import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { z } from "zod";
import type { DeviceGroup } from "./device-group.ts";
import type { ListChange } from "./list-change.ts";
import { requestBody } from "./request-body.ts";
import type { SimulatedDevice } from "./simulated-device.ts";

const machineAction = z.strictObject({ did: z.enum(["shutdown", "reboot"]) });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * What can be seen and done behind the devices' backs, as HTTP and JSON on a unix socket that only its owner may open:
 *
 * - `GET /devices`, `GET /devices/NAME`: snapshots (no passwords in them)
 * - `PUT /devices/NAME/faults` {fault: value ...}: replaces all faults
 * - `POST /devices/NAME/button`: presses it
 * - `POST /devices/NAME/machine` {"did": "shutdown" | "reboot"}: what its operating system did by itself
 * - `POST /counters/reset`
 * - `POST /reload`: takes the file as it is now and answers, once that is done, what was started, changed and ended
 *   (a ListChange); 400 says what is wrong with it or could not be started
 * - `GET /events`: stays open; a line of JSON (a PowerEvent) for each power change and each start of a firmware, also
 *   of devices that come later
 */
export class ControlApi {
  readonly #group: DeviceGroup;
  readonly #path: string;
  readonly #reload: () => Promise<ListChange>;
  readonly #server: Server;

  constructor(group: DeviceGroup, path: string, reload: () => Promise<ListChange>) {
    this.#group = group;
    this.#path = path;
    this.#reload = reload;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: Error) =>
        send(response, { status: 500, body: { error: error.message } }),
      );
    });
  }

  /** @throws Error when another living process has the socket; one left by a dead process is replaced. */
  async listen(): Promise<void> {
    if (await answers(this.#path)) {
      throw new Error(
        `${this.#path}: other simulated devices are running with it. Fix: end them, or name another socket.`,
      );
    }
    rmSync(this.#path, { force: true });
    mkdirSync(dirname(this.#path), { recursive: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      // Nobody else may open it, from its first moment on.
      const mask = process.umask(0o177);
      this.#server.listen(this.#path, resolve);
      process.umask(mask);
    });
    chmodSync(this.#path, 0o600);
  }

  /** Node removes the socket's file by itself. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await requestBody(request);
    const { pathname } = new URL(request.url ?? "/", "http://devices");
    const [collection = "", name = "", action = "", ...rest] = pathname.split("/").slice(1);
    const what = [request.method, collection, name === "" ? "" : "NAME", action, ...rest]
      .filter((part) => part !== "")
      .join(" ");
    if (`${request.method} ${pathname}` === "GET /devices") {
      return send(response, { status: 200, body: this.#group.all.map((device) => device.snapshot()) });
    }
    if (`${request.method} ${pathname}` === "GET /events") return this.#stream(response);
    if (`${request.method} ${pathname}` === "POST /counters/reset") {
      for (const device of this.#group.all) device.resetCounters();
      return send(response, { status: 200, body: {} });
    }
    if (`${request.method} ${pathname}` === "POST /reload") {
      const answer = await this.#reload().then(
        (change): Answer => ({ status: 200, body: change }),
        (error: Error): Answer => ({ status: 400, body: { error: error.message } }),
      );
      return send(response, answer);
    }
    const device = this.#group.find(decodeURIComponent(name));
    if (collection === "devices" && device === undefined) {
      const known = this.#group.all.map((one) => one.name).join(", ");
      return send(response, { status: 404, body: { error: `no device "${name}"; there are: ${known}` } });
    }
    send(response, device === undefined ? NOT_FOUND : act(device, what, body?.toString("utf8") ?? ""));
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "application/jsonl" });
    response.flushHeaders();
    const unsubscribe = this.#group.onPower((event) => void response.write(`${JSON.stringify(event)}\n`));
    response.once("close", unsubscribe);
  }
}

const NOT_FOUND: Answer = { status: 404, body: { error: "no such path; see sim/devices/README.md" } };

function act(device: SimulatedDevice, what: string, body: string): Answer {
  switch (what) {
    case "GET devices NAME":
      return { status: 200, body: device.snapshot() };
    case "PUT devices NAME faults":
      return answered(device, () => device.setFaults(JSON.parse(body)));
    case "POST devices NAME button":
      return answered(device, () => device.pressButton());
    case "POST devices NAME machine":
      return answered(device, () => device.machineDid(machineAction.parse(JSON.parse(body)).did));
    default:
      return NOT_FOUND;
  }
}

/** The device as it is after `change`; what `change` complains of is the caller's mistake. */
function answered(device: SimulatedDevice, change: () => void): Answer {
  try {
    change();
    return { status: 200, body: device.snapshot() };
  } catch (error) {
    return { status: 400, body: { error: (error as Error).message } };
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
