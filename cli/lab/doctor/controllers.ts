import { z } from "zod";
import { metal3Namespace } from "../../../components/metal3/names.ts";
import { labNamespace } from "../../../components/redfish-emulator/names.ts";
import { apiPaths } from "../api-paths.ts";
import type { Check, Finding } from "./check.ts";
import { notAsked, type Patient } from "./patient.ts";

/** Where the lab's own Deployments are; each of these namespaces has at least one. */
const namespaces: readonly string[] = [
  "cert-manager",
  "ironic-standalone-operator-system",
  metal3Namespace,
  "capi-system",
  "capi-kubeadm-bootstrap-system",
  "capi-kubeadm-control-plane-system",
  "metal3-ipam-system",
  "capm3-system",
  labNamespace,
];

const deploymentSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
        .default([]),
    })
    .prefault({}),
});

/** Whether every controller that the lab is made of runs. */
export function controllersCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    if ("instead" in infra) return notAsked("the infra cluster does not answer");
    const all = (await infra.client.list(apiPaths.deployments)).map((item) => deploymentSchema.parse(item));
    const missing = namespaces.filter((name) => !all.some(({ metadata }) => metadata.namespace === name));
    if (missing.length > 0) {
      const detail = `nothing is deployed in ${missing.join(", ")}`;
      return { status: "fail", detail, fix: "run pulumi up to its end" };
    }
    const ours = all.filter(({ metadata }) => namespaces.includes(metadata.namespace));
    const ill = ours.flatMap(({ metadata, status }) => {
      const available = status.conditions.find(({ type }) => type === "Available");
      if (available?.status === "True") return [];
      return [`${metadata.namespace}/${metadata.name}: ${available?.message || "not available"}`];
    });
    if (ill.length === 0) return { status: "ok", detail: `${ours.length} Deployments are available` };
    const [first = ""] = ill;
    const [namespace = "", name = ""] = first.slice(0, first.indexOf(":")).split("/");
    const fix = `look at kubectl -n ${namespace} describe pods, and kubectl -n ${namespace} logs deployment/${name}`;
    return { status: "fail", detail: ill.join("; "), fix };
  };
  return { title: "controllers", run };
}
