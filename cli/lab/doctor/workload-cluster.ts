import { apiPaths } from "../api-paths.ts";
import { ApiRefusal, ApiUnreachable, KubeApi } from "../kube-api.ts";
import { secretData } from "../secret-data.ts";
import type { Check, Finding } from "./check.ts";
import { notAsked, type Patient } from "./patient.ts";

/** Whether a workload cluster's API answers to the administrator's kubeconfig. */
export function workloadClusterCheck(patient: Patient, cluster: string): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    if ("instead" in infra) return notAsked("its kubeconfig is in the infra cluster");
    const secret = await infra.client.find(apiPaths.kubeconfig(cluster));
    const text = secret === undefined ? undefined : secretData(secret, "value");
    if (text === undefined) {
      const detail = "it has no kubeconfig yet: its control plane was not made";
      return { status: "warn", detail, fix: "run pulumi up; lab watch shows what it waits for" };
    }
    try {
      const api = KubeApi.fromText(text, `Secret ${cluster}-kubeconfig`);
      // Nodes rather than /version, which needs no login.
      const nodes = await api.list("/api/v1/nodes");
      return { status: "ok", detail: `${api.server} answers, ${nodes.length} nodes` };
    } catch (error) {
      if (error instanceof ApiUnreachable) {
        const fix = `see that its control plane runs (lab hosts), and that this machine has a way to edge-lab:clusters endpoint of ${cluster}`;
        return { status: "fail", detail: error.message, fix };
      }
      if (!(error instanceof ApiRefusal)) throw error;
      return { status: "fail", detail: error.message, fix: "look at kubectl -n clusters describe cluster" };
    }
  };
  return { title: `cluster ${cluster}`, run };
}
