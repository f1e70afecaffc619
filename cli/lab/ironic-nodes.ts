import { z } from "zod";
import { hostNamespace } from "../../components/config/resolve/host-namespace.ts";
import { httpsCall } from "../../components/http/https-call.ts";
import type { IronicNode } from "./why/snapshot.ts";

const schema = z.object({
  nodes: z.array(
    z.object({
      name: z.string().nullish(),
      provision_state: z.string().nullish(),
      provision_updated_at: z.string().nullish(),
      last_error: z.string().nullish(),
      maintenance: z.boolean().nullish(),
      maintenance_reason: z.string().nullish(),
      driver_internal_info: z
        .object({ agent_last_heartbeat: z.string().nullish(), agent_url: z.string().nullish() })
        .nullish(),
    }),
  ),
});

/** One of the agent's token is masked by Ironic; nothing but its last call and whether it is there is taken out of driver_internal_info. */
const fields =
  "name,provision_state,provision_updated_at,last_error,maintenance,maintenance_reason,driver_internal_info";

/** Node names, from which `fields` and driver_internal_info can be asked for: Ironic 11.1 and newer. */
const apiVersion = "1.46";

const timeOut = 10_000;
/** A list of a thousand nodes is a twentieth of it. */
const maxMiB = 32;

/**
 * Ironic's nodes by host, whose names the baremetal-operator makes as NAMESPACE~HOST.
 * @throws Error of network and TLS, or that names the HTTP status of an answer that is no list of nodes.
 */
export async function ironicNodes(login: {
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  readonly caPem: string;
}): Promise<ReadonlyMap<string, IronicNode>> {
  const { endpoint, ...rest } = login;
  const { status, text } = await httpsCall({
    ...rest,
    method: "GET",
    url: `${endpoint}/v1/nodes?fields=${fields}`,
    headers: { "X-OpenStack-Ironic-API-Version": apiVersion },
    timeOut,
    maxMiB,
  });
  const list = schema.safeParse(status === 200 ? JSON.parse(text) : undefined);
  if (!list.success)
    throw new Error(`${endpoint} answers HTTP ${status} to GET /v1/nodes, and no list of nodes`);
  const prefix = `${hostNamespace}~`;
  return new Map(
    list.data.nodes.flatMap((node): [string, IronicNode][] => {
      const { name, driver_internal_info: inner } = node;
      if (!name?.startsWith(prefix)) return [];
      return [
        [
          name.slice(prefix.length),
          {
            provisionState: node.provision_state ?? "",
            changedAt: utc(node.provision_updated_at),
            lastError: node.last_error ?? "",
            maintenance: node.maintenance ?? false,
            maintenanceReason: node.maintenance_reason ?? "",
            // Its URL goes when the machine is switched off, its last call stays (ironic/conductor/utils.py, wipe_internal_info_on_power_off).
            agentCalledAt: inner?.agent_url ? utc(inner.agent_last_heartbeat) : undefined,
          },
        ],
      ];
    }),
  );
}

/** Ironic writes times of UTC, some with an offset and some without. */
function utc(text: string | null | undefined): number | undefined {
  if (!text) return undefined;
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isFinite(time) ? time : undefined;
}
