import type { Check, Finding } from "./check.ts";
import type { Patient } from "./patient.ts";

/** Whether the infra cluster answers to the login in the kubeconfig, and is the one that holds the lab. */
export function infraClusterCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    return "instead" in infra ? infra.instead : { status: "ok", detail: infra.client.server };
  };
  return { title: "infra cluster", run };
}
