import { request } from "node:https";
import { z } from "zod";
import { ironicUsername, metal3Namespace } from "../../../components/metal3/names.ts";
import type { FlightLab } from "./flight-lab.ts";

const answer = z.object({
  nodes: z.array(
    z.object({
      name: z.string().nullable(),
      provision_state: z.string().nullable(),
      power_state: z.string().nullable(),
    }),
  ),
});

/** A node as Ironic knows it. */
export interface IronicNode {
  /** NAMESPACE~HOST, as baremetal-operator names it. */
  readonly name: string;
  readonly provisionState: string;
  readonly powerState: string;
}

const PORT = 6385;
const ANSWER_MS = 10_000;

/**
 * All nodes of the lab's Ironic, by name. Whether its certificate is right is not asked here: baremetal-operator does.
 * @throws Error when it does not answer, or with something else than nodes.
 */
export async function ironicNodes(lab: FlightLab): Promise<IronicNode[]> {
  const text = await ask(lab, "GET", "/v1/nodes?fields=name,provision_state,power_state");
  return answer
    .parse(JSON.parse(text))
    .nodes.map(({ name, provision_state: provisionState, power_state: powerState }) => ({
      name: name ?? "",
      provisionState: provisionState ?? "",
      powerState: powerState ?? "",
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Takes a node out of Ironic's care, or gives it back.
 * @throws Error when Ironic refuses.
 */
export async function setMaintenance(lab: FlightLab, node: string, maintenance: boolean): Promise<void> {
  const path = `/v1/nodes/${encodeURIComponent(node)}/maintenance`;
  await ask(lab, maintenance ? "PUT" : "DELETE", path, maintenance ? { reason: "planted" } : undefined);
}

async function ask(
  lab: FlightLab,
  method: "GET" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<string> {
  const encoded = await lab.kubectl(
    `--namespace=${metal3Namespace}`,
    "get",
    "secret",
    "ironic-api",
    "--output",
    "jsonpath={.data.password}",
  );
  const password = Buffer.from(encoded, "base64").toString("utf8");
  const options = {
    host: `127.${lab.shape.network}.0.1`,
    port: PORT,
    path,
    method,
    auth: `${ironicUsername}:${password}`,
    headers: { "X-OpenStack-Ironic-API-Version": "1.81", "Content-Type": "application/json" },
    signal: AbortSignal.timeout(ANSWER_MS),
    rejectUnauthorized: false,
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`Ironic answers HTTP ${statusCode} to ${method} ${path.replace(/\?.*$/, "")}`));
      });
    });
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}
