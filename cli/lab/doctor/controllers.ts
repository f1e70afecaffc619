import { readControllers } from "../controllers.ts";
import type { Check, Finding } from "./check.ts";
import { notAsked, type Patient } from "./patient.ts";

/** Whether every controller that the lab is made of runs. */
export function controllersCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    if ("instead" in infra) return notAsked("the infra cluster does not answer");
    const { states, namespaces, definitionsAlone } = await readControllers(
      infra.client,
      patient.lab.config.manifests,
    );
    const missing = namespaces.filter((name) => !states.some(({ namespace }) => namespace === name));
    if (missing.length > 0) {
      const detail = `nothing is deployed in ${missing.join(", ")}`;
      return { status: "fail", detail, fix: "run pulumi up to its end" };
    }
    const ill = states.filter(({ available }) => !available);
    const [first] = ill;
    if (first === undefined) {
      const apart =
        definitionsAlone === 0
          ? ""
          : `; ${definitionsAlone} components are definitions alone (manifests.source: modules)`;
      return { status: "ok", detail: `${states.length} Deployments are available${apart}` };
    }
    const { namespace, name } = first;
    const fix = `look at kubectl -n ${namespace} describe pods, and kubectl -n ${namespace} logs deployment/${name}`;
    const detail = ill.map((one) => `${one.namespace}/${one.name}: ${one.message || "not available"}`);
    return { status: "fail", detail: detail.join("; "), fix };
  };
  return { title: "controllers", run };
}
