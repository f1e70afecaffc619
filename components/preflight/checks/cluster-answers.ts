import type { PreflightCheck } from "../preflight-check.ts";

/** Whether the infra cluster answers to the login in the kubeconfig. */
export const clusterAnswers: PreflightCheck = {
  title: "infra cluster",
  looksAt: "the infra cluster's API and the kubeconfig's login",
  timeOut: 25_000,
  async run({ infra, config }) {
    const why = "everything of the lab runs on it";
    const fix =
      "start it (on the node: systemctl status k3s), or correct edge-lab:infra.kubeconfig and edge-lab:infra.context; a copied k3s.yaml needs the node's address in the place of 127.0.0.1";
    const version = await infra.version();
    if ("unseen" in version) return [{ status: "fail", detail: version.unseen, why, fix }];
    // A version is told to anybody.
    const nodes = await infra.nodes();
    if ("unseen" in nodes) {
      const context = config.infra.context ?? "selected in it";
      const login = `take a kubeconfig of an administrator (now ${config.infra.kubeconfig}, context ${context})`;
      return [{ status: "fail", detail: nodes.unseen, why, fix: login }];
    }
    return [{ status: "ok", detail: version.seen.server }];
  },
};
