import { bytesOf } from "../bytes-of.ts";
import type { Finding } from "../finding.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

const gib = 2 ** 30;
/** What a machine of 8 GB has left for Linux. */
const memory = 7 * gib;
const processors = 2;

/** Whether the node is as large as a lab wants it. */
export const machineSize: PreflightCheck = {
  title: "machine size",
  looksAt: "processors and memory of the infra cluster's Node",
  timeOut: 15_000,
  async run({ infra }) {
    const nodes = await infra.nodes();
    if ("unseen" in nodes) return notSeen(nodes);
    const findings = nodes.seen.flatMap(({ metadata: { name }, status: { capacity } }): Finding[] => {
      const cpus = Number(capacity.cpu ?? Number.NaN);
      const bytes = bytesOf(capacity.memory ?? "") ?? Number.NaN;
      const fix = "give the node two processors and 8 GB";
      return [
        ...(cpus < processors
          ? ([
              {
                status: "warn",
                detail: `node ${name} has ${cpus} processor`,
                why: "webhooks of a dozen controllers may answer too late while they start",
                fix,
              },
            ] as const)
          : []),
        ...(bytes < memory
          ? ([
              {
                status: "warn",
                detail: `node ${name} has ${(bytes / gib).toFixed(1)} GiB of memory`,
                why: "k3s, Ironic and the controllers want about 6 GiB; what does not fit is killed",
                fix,
              },
            ] as const)
          : []),
      ];
    });
    if (findings.length > 0) return findings;
    const { cpu = "?", memory: told = "" } = nodes.seen[0]?.status.capacity ?? {};
    const size = bytesOf(told);
    return [
      {
        status: "ok",
        detail: `${cpu} processors, ${size === undefined ? "?" : (size / gib).toFixed(1)} GiB`,
      },
    ];
  },
};
