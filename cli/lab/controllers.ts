import { z } from "zod";
import type { LabConfig } from "../../components/config/index.ts";
import { conditions } from "../../components/kubernetes/conditions.ts";
import { metal3Namespace } from "../../components/metal3/names.ts";
import { labNamespace } from "../../components/redfish-emulator/names.ts";
import { type ManifestName, manifests } from "../../components/versions.ts";
import { apiPaths } from "./api-paths.ts";
import type { KubeApi } from "./kube-api.ts";

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
  status: z.object({ conditions }).prefault({}),
});

/** A Deployment of the lab. */
export interface ControllerState {
  readonly namespace: string;
  readonly name: string;
  readonly available: boolean;
  /** Of its condition Available. */
  readonly message: string;
}

export interface Controllers {
  readonly states: readonly ControllerState[];
  /** Namespaces in which this lab deploys something. */
  readonly namespaces: readonly string[];
  /** How many components are definitions alone, as some of those that are made from Go modules. */
  readonly definitionsAlone: number;
}

/**
 * The programs that a lab is made of.
 * @throws ApiRefusal, ApiUnreachable; ZodError when what answers is no list of Deployments.
 */
export async function readControllers(
  api: Pick<KubeApi, "list">,
  { source, modules }: LabConfig["manifests"],
): Promise<Controllers> {
  const namespaces = deployed.flatMap(([namespace, manifest]) => {
    const partial = manifest !== undefined && manifests[manifest].moduleNotes[modules] !== "";
    return source === "modules" && partial ? [] : [namespace];
  });
  const all = (await api.list(apiPaths.deployments)).map((item) => deploymentSchema.parse(item));
  const states = all
    .filter(({ metadata }) => namespaces.includes(metadata.namespace))
    .map(({ metadata: { namespace, name }, status }) => {
      const condition = status.conditions.find(({ type }) => type === "Available");
      return { namespace, name, available: condition?.status === "True", message: condition?.message ?? "" };
    });
  return { states, namespaces, definitionsAlone: deployed.length - namespaces.length };
}
