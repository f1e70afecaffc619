import { amountOf } from "../amount-of.ts";
import type { Finding } from "../finding.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

const gib = 2 ** 30;
/** The controllers' and Ironic's container images and the deploy ramdisk. */
const software = 10 * gib;
/** The kubelet of k3s evicts pods below 5 percent. */
const least = 0.1;

/** Whether the node's disk has room for what the lab still has to put on it. local-path holds nobody to the size of a volume. */
export const diskSpace: PreflightCheck = {
  title: "disk space",
  looksAt: "the file system that the node's kubelet reports",
  timeOut: 25_000,
  async run({ infra, config }) {
    const nodes = await infra.nodes();
    if ("unseen" in nodes) return notSeen(nodes);
    const { serve } = config.nodeImage;
    const served = await infra.imageServer();
    const images = serve.enabled && !("seen" in served && served.seen) ? (amountOf(serve.size) ?? 0) : 0;
    const emulator = await infra.emulator();
    const fresh = "seen" in emulator && !emulator.seen;
    const wanted = images + (fresh ? software + (amountOf(config.emulator.storage) ?? 0) : 0);
    const found = await Promise.all(
      nodes.seen.map(async ({ metadata: { name } }): Promise<Finding> => {
        const disk = await infra.disk(name);
        if ("unseen" in disk) {
          const fix = "on the node: df -h /var/lib/rancher";
          return { status: "skip", detail: `free space is not known: ${disk.unseen}`, fix };
        }
        const { available, capacity } = disk.seen;
        const free = `${(available / gib).toFixed(1)} of ${(capacity / gib).toFixed(1)} GiB are free on node ${name}`;
        if (available < capacity * least) {
          return {
            status: "fail",
            detail: `only ${free}`,
            why: "below 5 percent the kubelet evicts pods, and databases of k3s and the emulator may break",
            fix: "free disk space on the node: k3s crictl rmi --prune, images that nobody uses on the image server",
          };
        }
        if (available < wanted) {
          return {
            status: "warn",
            detail: `${free}; the lab may want ${Math.ceil(wanted / gib)} GiB`,
            why: "local-path promises a volume its size without looking, and the node runs full later",
            fix: "give /var/lib/rancher a larger disk, or lower edge-lab:nodeImage.serve.size",
          };
        }
        return { status: "ok", detail: free };
      }),
    );
    return found.length > 0 ? found : [{ status: "skip", detail: "there is no node", fix: "start k3s" }];
  },
};
