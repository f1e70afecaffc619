import { isIP } from "node:net";
import type { ClusterConfig } from "../../config/lab.ts";
import { knock } from "../network/knock.ts";
import { whoAnswers } from "../network/who-answers.ts";
import type { PreflightCheck } from "../preflight-check.ts";

/** Milliseconds. */
const patience = 3_000;

/** Whether the address of a workload cluster's API is free until the cluster is declared. */
export function endpointFree({ name, endpoint }: ClusterConfig): PreflightCheck {
  const { host, port } = endpoint;
  return {
    title: `endpoint of ${name}`,
    looksAt: `who answers at ${host}`,
    timeOut: 30_000,
    async run({ infra, place }, signal) {
      const declared = await infra.cluster(name);
      if ("seen" in declared && declared.seen) {
        return [{ status: "ok", detail: `cluster ${name} is declared, so ${host} is its own` }];
      }
      const neighbour = isIP(host) !== 0 && place.neighbourOf(host) !== undefined;
      const [found] = neighbour
        ? await whoAnswers([host], port, place, signal)
        : ["open", "refused"].includes(await knock(host, port, patience, signal))
          ? [{ address: host, mac: undefined }]
          : [];
      if (found === undefined) {
        const how = neighbour ? "" : " (asked by TCP alone, since this machine is no neighbour of it)";
        return [{ status: "ok", detail: `nobody has ${host}${how}` }];
      }
      const who = `somebody has ${host}${found.mac === undefined ? "" : ` (${found.mac})`}`;
      if ("unseen" in declared) {
        const detail = `${who}; whether that is cluster ${name} is not known: ${declared.unseen}`;
        return [{ status: "skip", detail, fix: "let the infra cluster answer, then run it again" }];
      }
      return [
        {
          status: "fail",
          detail: `${who}, and cluster ${name} is not made yet`,
          why: "kube-vip takes the address for the cluster's API, and its control plane is never reached while another machine answers; it cannot be changed later",
          fix: `set edge-lab:clusters endpoint.host of ${name} to a free address outside every DHCP range`,
        },
      ];
    },
  };
}
