import type { Finding } from "../finding.ts";
import type { InfraNode } from "../infra-shapes.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

const pressures = ["DiskPressure", "MemoryPressure", "PIDPressure"] as const;

/** Whether the one node takes pods. Its disk is looked at by name elsewhere. */
export const nodeHealth: PreflightCheck = {
  title: "node",
  looksAt: "the infra cluster's Node objects",
  timeOut: 25_000,
  async run({ infra }) {
    const nodes = await infra.nodes();
    if ("unseen" in nodes) return notSeen(nodes);
    const findings: Finding[] = nodes.seen.flatMap(ofNode);
    if (nodes.seen.length > 1) {
      const names = nodes.seen.map(({ metadata }) => metadata.name).join(", ");
      findings.push({
        status: "warn",
        detail: `the infra cluster has ${nodes.seen.length} nodes: ${names}`,
        why: "Ironic and the image server may be put on one that does not have edge-lab:infra.provisioning.address",
        fix: "use a cluster of one node, or cordon the others (kubectl cordon NODE)",
      });
    }
    if (nodes.seen.length === 0) {
      findings.push({
        status: "fail",
        detail: "the infra cluster has no node",
        why: "no pod of the lab can run",
        fix: "start k3s as a server with its agent (not --disable-agent)",
      });
    }
    return findings.length > 0
      ? findings
      : [{ status: "ok", detail: `${nodes.seen[0]?.metadata.name} is Ready` }];
  },
};

function ofNode({ metadata: { name }, spec, status }: InfraNode): Finding[] {
  const condition = (wanted: string) => status.conditions.find(({ type }) => type === wanted);
  const findings: Finding[] = [];
  const fail = (detail: string, why: string, fix: string): void =>
    void findings.push({ status: "fail", detail, why, fix });
  const ready = condition("Ready");
  if (ready?.status !== "True") {
    const said = ready?.message || "its kubelet has said nothing";
    fail(`node ${name} is not Ready: ${said}`, "no pod starts on it", "on the node: journalctl -u k3s");
  }
  for (const pressure of pressures) {
    if (condition(pressure)?.status !== "True") continue;
    fail(
      `node ${name} has ${pressure}: ${condition(pressure)?.message || "its kubelet gives no reason"}`,
      "the kubelet evicts pods and starts no new ones",
      pressure === "DiskPressure"
        ? "free disk space on the node: k3s crictl rmi --prune, old images under /var/lib/rancher/k3s/storage"
        : "stop what else runs on it, or give it more",
    );
  }
  if (spec.unschedulable) {
    fail(`node ${name} is cordoned`, "no new pod is put on it", `kubectl uncordon ${name}`);
  }
  for (const { key, effect } of spec.taints) {
    // Those that Kubernetes sets by itself say what a condition said already.
    if (effect === "PreferNoSchedule" || key.startsWith("node.kubernetes.io/")) continue;
    fail(
      `node ${name} has the taint ${key}:${effect}`,
      "pods of the lab do not tolerate it and stay Pending",
      `kubectl taint node ${name} ${key}:${effect}-`,
    );
  }
  return findings;
}
