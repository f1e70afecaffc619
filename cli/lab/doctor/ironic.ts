import { z } from "zod";
import { conditions } from "../../../components/kubernetes/conditions.ts";
import { checkIronic } from "../../../components/metal3/check-ironic.ts";
import { ironicEndpoint } from "../../../components/metal3/ironic-endpoint.ts";
import { metal3Namespace } from "../../../components/metal3/names.ts";
import { apiPaths } from "../api-paths.ts";
import { secretData } from "../secret-data.ts";
import type { Check, Finding } from "./check.ts";
import { notAsked, type Patient } from "./patient.ts";

const ironicSchema = z.object({
  status: z.object({ conditions }).prefault({}),
});
const authoritySchema = z.object({ data: z.object({ "ca.crt": z.string() }) });

/** Whether the Ironic resource is Ready. */
export function ironicReadyCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    if ("instead" in infra) return notAsked("the infra cluster does not answer");
    const ironic = await infra.client.find(apiPaths.ironic);
    if (ironic === undefined) {
      return { status: "fail", detail: "there is no Ironic resource", fix: "run pulumi up" };
    }
    const { conditions } = ironicSchema.parse(ironic).status;
    const ready = conditions.find(({ type }) => type === "Ready");
    if (ready?.status === "True") return { status: "ok", detail: "Ready" };
    return {
      status: "fail",
      detail: `Ironic is not Ready: ${ready?.message || "its operator has not looked at it"}`,
      fix: `look at kubectl -n ${metal3Namespace} describe ironic,pods`,
    };
  };
  return { title: "Ironic", run };
}

/** Whether Ironic takes the declared password over TLS of the lab's authority, which the baremetal-operator never tells. */
export function ironicLoginCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    if ("instead" in infra) return notAsked("its password is in the infra cluster");
    const [secret, authority] = await Promise.all([
      infra.client.find(apiPaths.ironicLogin),
      infra.client.find(apiPaths.authority),
    ]);
    const ca = authoritySchema.safeParse(authority);
    const username = secret === undefined ? undefined : secretData(secret, "username");
    const password = secret === undefined ? undefined : secretData(secret, "password");
    if (!ca.success || username === undefined || password === undefined) {
      const detail = `Secret ironic-api in ${metal3Namespace} or ConfigMap edge-lab-ca in edge-lab is missing`;
      return { status: "fail", detail, fix: "run pulumi up" };
    }
    const endpoint = ironicEndpoint(patient.lab.config);
    const finding = await checkIronic({ endpoint, username, password, caPem: ca.data.data["ca.crt"] });
    if (finding.state === "ok")
      return { status: "ok", detail: `${endpoint} takes its password over trusted TLS` };
    if (finding.state === "refused") return { status: "fail", detail: finding.problem, fix: finding.fix };
    return {
      status: "warn",
      detail: `not reachable from here: ${finding.problem}`,
      fix: "run it on the provisioning network, such as on the infra node, to have this checked",
    };
  };
  return { title: "Ironic's password and TLS", run };
}
