import { z } from "zod";
import type { LabConfig } from "../../../components/config/index.ts";
import { metal3Namespace } from "../../../components/metal3/names.ts";
import { labNamespace } from "../../../components/redfish-emulator/names.ts";
import { type ManifestName, manifests } from "../../../components/versions.ts";
import { apiPaths } from "../api-paths.ts";
import type { Check, Finding } from "./check.ts";
import { notAsked, type Patient } from "./patient.ts";

/** Where the lab's own Deployments are, and whose manifest has them; each of these namespaces has at least one. */
const deployed: readonly (readonly [namespace: string, manifest?: ManifestName])[] = [
  ["cert-manager", "cert-manager"],
  ["ironic-standalone-operator-system", "ironic-standalone-operator"],
  [metal3Namespace, "baremetal-operator"],
  ["capi-system", "cluster-api-core"],
  ["capi-kubeadm-bootstrap-system", "cluster-api-bootstrap"],
  ["capi-kubeadm-control-plane-system", "cluster-api-control-plane"],
  ["metal3-ipam-system", "ipam"],
  ["capm3-system", "capm3"],
  [labNamespace],
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

/** Namespaces in which this lab deploys something: what comes out of Go modules may hold definitions alone. */
function wantedNamespaces({ source, modules }: LabConfig["manifests"]): readonly string[] {
  return deployed.flatMap(([namespace, manifest]) => {
    const partial = manifest !== undefined && manifests[manifest].moduleNotes[modules] !== "";
    return source === "modules" && partial ? [] : [namespace];
  });
}

/** Whether every controller that the lab is made of runs. */
export function controllersCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const infra = await patient.infra();
    if ("instead" in infra) return notAsked("the infra cluster does not answer");
    const all = (await infra.client.list(apiPaths.deployments)).map((item) => deploymentSchema.parse(item));
    const namespaces = wantedNamespaces(patient.lab.config.manifests);
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
    if (ill.length === 0) {
      const left = deployed.length - namespaces.length;
      const apart =
        left === 0 ? "" : `; ${left} components are definitions alone (manifests.source: modules)`;
      return { status: "ok", detail: `${ours.length} Deployments are available${apart}` };
    }
    const [first = ""] = ill;
    const [namespace = "", name = ""] = first.slice(0, first.indexOf(":")).split("/");
    const fix = `look at kubectl -n ${namespace} describe pods, and kubectl -n ${namespace} logs deployment/${name}`;
    return { status: "fail", detail: ill.join("; "), fix };
  };
  return { title: "controllers", run };
}
