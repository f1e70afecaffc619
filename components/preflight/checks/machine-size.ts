import { amountOf } from "../amount-of.ts";
import type { Finding } from "../finding.ts";
import type { InfraNode } from "../infra-shapes.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

const gib = 2 ** 30;
/** What a machine of 8 GB has left for Linux. */
const leastMemory = 7 * gib;
const leastProcessors = 2;
const fix = "give the node two processors and 8 GB";

/** Whether the node is as large as a lab wants it. */
export const machineSize: PreflightCheck = {
  title: "machine size",
  looksAt: "processors and memory of the infra cluster's Node",
  timeOut: 25_000,
  async run({ infra }) {
    const nodes = await infra.nodes();
    if ("unseen" in nodes) return notSeen(nodes);
    const findings = nodes.seen.flatMap(ofNode);
    if (findings.length > 0) return findings;
    return [{ status: "skip", detail: "there is no node", fix: "start k3s" }];
  },
};

function ofNode({ metadata: { name }, status: { capacity } }: InfraNode): Finding[] {
  const processors = amountOf(capacity.cpu ?? "");
  const memory = amountOf(capacity.memory ?? "");
  if (processors === undefined || memory === undefined) {
    return [{ status: "skip", detail: `node ${name} does not tell its size`, fix }];
  }
  const small: Finding[] = [];
  if (processors < leastProcessors) {
    const why = "webhooks of a dozen controllers may answer too late while they start";
    small.push({ status: "warn", detail: `node ${name} has ${processors} processor`, why, fix });
  }
  const size = `${(memory / gib).toFixed(1)} GiB of memory`;
  if (memory < leastMemory) {
    const why = "k3s, Ironic and the controllers want about 6 GiB; what does not fit is killed";
    small.push({ status: "warn", detail: `node ${name} has ${size}`, why, fix });
  }
  if (small.length > 0) return small;
  return [{ status: "ok", detail: `node ${name} has ${processors} processors and ${size}` }];
}
