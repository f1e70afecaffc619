import { z } from "zod";
import { conditions } from "../kubernetes/conditions.ts";

const clusterSchema = z.object({ status: z.object({ conditions }).prefault({}) });

/**
 * What keeps a Cluster's first API server from being there, in words; empty when it is. Pure.
 *
 * A topology that cannot be carried out (an unknown variable, a version without an image) is told as well: it would never
 * come.
 *
 * @param cluster a cluster.x-k8s.io/v1beta2 Cluster as the API returns it.
 * @throws ZodError when the object is not of that form.
 */
export function initialisationProgress(cluster: unknown): readonly string[] {
  const { status } = clusterSchema.parse(cluster);
  const find = (type: string) => status.conditions.find((condition) => condition.type === type);
  const initialised = find("ControlPlaneInitialized");
  if (initialised?.status === "True") return [];
  const said = initialised && [initialised.reason, initialised.message].filter((part) => part).join(": ");
  const topology = find("TopologyReconciled");
  const failed =
    topology?.reason === "ReconcileFailed" ? [`TopologyReconciled failed: ${topology.message}`] : [];
  return [`the control plane is not initialised${said ? ` (${said})` : ""}`, ...failed];
}
