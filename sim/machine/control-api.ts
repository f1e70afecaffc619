import { mkdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname } from "node:path";
import { z } from "zod";
import type { ListChange } from "../devices/list-change.ts";
import { requestBody } from "../devices/request-body.ts";
import { machineFaultsSchema } from "./machine-faults.ts";
import type { MachineGroup } from "./machine-group.ts";
import type { SimulatedMachine } from "./simulated-machine.ts";

/**
 * What can be seen of the machines and done to them, as HTTP and JSON on a unix socket that only its owner may open:
 *
 * - `GET /machines`, `GET /machines/NAME`: phase, disks, faults
 * - `PUT /machines/NAME/faults` {fault: value ...}: replaces all faults
 * - `POST /reload`: takes the file as it is now and answers, once that is done, what was started, changed and ended
 *   (a ListChange); 400 says what is wrong with it
 */
export async function startControlApi(
  group: MachineGroup,
  path: string,
  reload: () => Promise<ListChange>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = request.method === "POST" && request.url === "/reload" ? reload() : undefined;
    (answer?.then((change): Answer => ({ status: 200, body: change })) ?? handle(group.all, request))
      .catch((error: Error): Answer => ({ status: 400, body: { error: error.message } }))
      .then((answer) => send(response, answer));
  });
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Nobody else may open it, from its first moment on.
    const mask = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(mask);
  });
  return server;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function handle(machines: readonly SimulatedMachine[], request: IncomingMessage): Promise<Answer> {
  const body = await requestBody(request);
  const [collection, name, action] = (request.url ?? "").split("/").slice(1);
  if (collection !== "machines") return { status: 404, body: { error: "no such path; see docs/sim.md" } };
  if (name === undefined) return { status: 200, body: machines.map((machine) => machine.snapshot()) };
  const machine = machines.find((one) => one.name === decodeURIComponent(name));
  if (!machine) {
    const known = machines.map((one) => one.name).join(", ");
    return { status: 404, body: { error: `no machine "${name}"; there are: ${known}` } };
  }
  if (request.method === "GET" && action === undefined) return { status: 200, body: machine.snapshot() };
  if (request.method !== "PUT" || action !== "faults")
    return { status: 405, body: { error: "not allowed here" } };
  const faults = machineFaultsSchema.safeParse(JSON.parse(body?.toString("utf8") || "{}"));
  if (!faults.success) return { status: 400, body: { error: z.prettifyError(faults.error) } };
  machine.faults = faults.data;
  return { status: 200, body: machine.snapshot() };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
