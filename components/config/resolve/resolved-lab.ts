import type { z } from "zod";
import type { ClusterInput } from "../cluster.ts";
import { CredentialStore } from "../credential-store.ts";
import type { ClusterConfig, LabConfig, labSchema } from "../lab.ts";
import { isSingleNode } from "./single-node.ts";

function resolvedCluster(cluster: ClusterInput, labVersion: string): ClusterConfig {
  const kubernetes = cluster.kubernetes ?? { version: labVersion };
  return {
    ...cluster,
    kubernetes,
    controlPlane: {
      ...cluster.controlPlane,
      maxSurge: cluster.controlPlane.maxSurge ?? (isSingleNode(cluster) ? 1 : 0),
    },
    image: {
      controlPlane: cluster.image.controlPlane ?? kubernetes.version,
      workers: cluster.image.workers ?? kubernetes.version,
    },
  };
}

/** Fills in the defaults that depend on other fields, and closes the credentials. */
export function resolvedLab(lab: z.output<typeof labSchema>): LabConfig {
  const { serve } = lab.nodeImage;
  return {
    ...lab,
    credentials: new CredentialStore(lab.credentials),
    inTheClear: [],
    clusters: lab.clusters.map((cluster) => resolvedCluster(cluster, lab.kubernetes.version)),
    nodeImage: {
      ...lab.nodeImage,
      serve: {
        ...serve,
        address: serve.address ?? lab.infra.provisioning.address,
        storageClass: serve.storageClass ?? lab.infra.storageClass,
      },
    },
  };
}
