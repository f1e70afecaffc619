import type { Finding } from "../finding.ts";
import type { InfraDeployment } from "../infra-shapes.ts";
import { nodePorts } from "../node-ports.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

/** Of Traefik's Service in k3s. */
const traefikPorts: readonly number[] = [80, 443];

/** What k3s brings along: what the lab needs of it (DNS, local-path) and what may be in its way (Traefik). */
export const k3sParts: PreflightCheck = {
  title: "k3s",
  looksAt: "what k3s runs in kube-system",
  timeOut: 25_000,
  async run({ infra, config }) {
    const version = await infra.version();
    if ("unseen" in version) return notSeen(version);
    const { gitVersion } = version.seen;
    if (!gitVersion.includes("k3s")) {
      return [{ status: "ok", detail: `${gitVersion} is no k3s, so its parts were not looked for` }];
    }
    const [deployments, classes] = await Promise.all([infra.systemDeployments(), infra.storageClasses()]);
    if ("unseen" in deployments) return notSeen(deployments);
    const found = (name: string): InfraDeployment | undefined =>
      deployments.seen.find(({ metadata }) => metadata.name === name);
    const used = [config.infra.storageClass, config.nodeImage.serve.storageClass];
    const localPath =
      "seen" in classes &&
      classes.seen.some(
        ({ metadata, provisioner }) =>
          provisioner === "rancher.io/local-path" && used.includes(metadata.name),
      );
    const findings: Finding[] = [
      ...mustRun("coredns", found("coredns"), "Ironic and the controllers find the emulator by its name"),
      ...(localPath
        ? mustRun(
            "local-path-provisioner",
            found("local-path-provisioner"),
            "nobody else makes the volumes of the emulator and the image server; their pods stay Pending",
          )
        : []),
    ];
    const traefik = found("traefik") !== undefined;
    const taken = nodePorts(config).find(({ port }) => traefik && traefikPorts.includes(port));
    if (taken !== undefined) {
      findings.push({
        status: "fail",
        detail: `Traefik has the ports 80 and 443 of the node, and ${taken.what} is declared on ${taken.port}`,
        why: "only one of them gets the port",
        fix: "choose another port, or take Traefik out: k3s server --disable=traefik",
      });
    }
    if (findings.length > 0) return findings;
    const extra = traefik ? "; Traefik has the ports 80 and 443, which the lab does not use" : "";
    return [{ status: "ok", detail: `its DNS and storage run${extra}` }];
  },
};

function mustRun(name: string, deployment: InfraDeployment | undefined, why: string): Finding[] {
  const available = deployment?.status.conditions.find(({ type }) => type === "Available");
  if (available?.status === "True") return [];
  const detail =
    deployment === undefined
      ? `k3s runs no ${name}`
      : `${name} is not available: ${available?.message || "no reason given"}`;
  const fix =
    deployment === undefined
      ? `start k3s without --disable=${name === "coredns" ? name : "local-storage"}, or name another StorageClass`
      : `look at kubectl -n kube-system describe pods, and kubectl -n kube-system logs deployment/${name}`;
  return [{ status: "fail", detail, why, fix }];
}
