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
  const path = "jsonpath={.data.password}";
  const encoded = await lab.kubectl(
    `--namespace=${metal3Namespace}`,
    "get",
    "secret",
    "ironic-api",
    "--output",
    path,
  );
  const password = Buffer.from(encoded, "base64").toString("utf8");
  const options = {
    host: `127.${lab.shape.network}.0.1`,
    port: PORT,
    path: "/v1/nodes?fields=name,provision_state,power_state",
    auth: `${ironicUsername}:${password}`,
    headers: { "X-OpenStack-Ironic-API-Version": "1.81" },
    signal: AbortSignal.timeout(ANSWER_MS),
    rejectUnauthorized: false,
    agent: false as const,
  };
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`Ironic answers HTTP ${response.statusCode} to GET /v1/nodes`));
      });
    });
    sent.on("error", reject);
    sent.end();
  });
  return answer
    .parse(JSON.parse(text))
    .nodes.map(({ name, provision_state: provisionState, power_state: powerState }) => ({
      name: name ?? "",
      provisionState: provisionState ?? "",
      powerState: powerState ?? "",
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
