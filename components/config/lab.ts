import { z } from "zod";
import { addOnSchema } from "./add-on.ts";
import { allowedChangeSchema } from "./allowed-change.ts";
import { type ClusterInput, clusterSchema } from "./cluster.ts";
import type { CredentialStore } from "./credential-store.ts";
import { credentialsSchema } from "./credentials.ts";
import { emulatorSchema } from "./emulator.ts";
import { kubernetesVersion } from "./fields/kubernetes-version.ts";
import { hostSchema } from "./host.ts";
import { infraSchema } from "./infra.ts";
import { type NodeImageInput, nodeImageSchema } from "./node-image.ts";
import { refusal } from "./refusal.ts";
import { versionsOverrideSchema } from "./versions-override.ts";

/** The whole of a lab: each field is a key `edge-lab:<field>` of Pulumi.<stack>.yaml. */
export const labSchema = z.strictObject({
  infra: infraSchema,
  kubernetes: z
    .strictObject({ version: kubernetesVersion.describe("Change it to upgrade the lab's clusters.") })
    .describe("The Kubernetes version of every cluster that has none of its own."),
  hosts: z
    .array(hostSchema)
    .min(1, refusal("is empty", "declare at least one host"))
    .describe("The physical machines."),
  credentials: credentialsSchema.prefault({}),
  clusters: z.array(clusterSchema).default([]).describe("The Kubernetes clusters made out of the hosts."),
  nodeImage: nodeImageSchema.prefault({}),
  emulator: emulatorSchema,
  addOns: z.array(addOnSchema).default([]).describe("Add-ons of your own on the infra cluster."),
  versions: versionsOverrideSchema,
  manifests: z
    .strictObject({
      source: z
        .enum(["auto", "release", "modules"])
        .default("auto")
        .describe(
          "release: public release files; modules: what the pinned Go modules hold, without a network; auto: the first, else the second.",
        ),
      modules: z
        .enum(["definitions", "complete"])
        .default("definitions")
        .describe(
          "Of the modules: definitions: namespaces and custom resource definitions alone; complete: the controllers too, as in a release.",
        ),
      allowUnpinned: z
        .boolean()
        .default(false)
        .describe("Accept release files whose sha256 was never pinned."),
    })
    .prefault({})
    .describe("Where the manifests of cert-manager, Metal3 and Cluster API come from."),
  // A word, not a boolean: of a key's own value Pulumi makes text whenever it writes a stack file.
  protect: z
    .enum(["clusters-and-hosts", "nothing"])
    .default("clusters-and-hosts")
    .describe(
      "What Pulumi refuses to delete (by pulumi destroy, or left out of this file) until this is nothing and was applied.",
    ),
  allowedChanges: z
    .array(allowedChangeSchema)
    .default([])
    .describe("Changes that the policies in policy/ would stop and that are meant (docs/pull-requests.md)."),
  preflight: z
    .enum(["run", "skip"])
    .default("run")
    .describe(
      "run: pulumi up first looks whether the infra cluster is one that a lab can be made on, and refuses to make one that would not work; skip: it does not look.",
    ),
  await: z
    .enum(["full", "provisioned", "none"])
    .default("full")
    .describe(
      "full: every step waits until it works; provisioned: of a cluster only until its first machine's image is written (to try images and hosts); none: nothing waits for a controller (the sim without controllers).",
    ),
});

/** A cluster with every default filled in. */
export interface ClusterConfig extends Omit<ClusterInput, "kubernetes" | "controlPlane" | "image"> {
  readonly kubernetes: { readonly version: string };
  readonly controlPlane: ClusterInput["controlPlane"] & { readonly maxSurge: number };
  /** Names in nodeImage.images. */
  readonly image: { readonly controlPlane: string; readonly workers: string };
}

/** The image server and images with every default filled in. */
export interface NodeImageConfig extends Omit<NodeImageInput, "serve"> {
  readonly serve: NodeImageInput["serve"] & { readonly address: string; readonly storageClass: string };
}

/**
 * A checked lab: what components get. Its credentials are closed: they are no plain fields, so that handing the
 * configuration to a component (whose arguments Pulumi stores) never stores a password. Read them by credentialsFor().
 */
export interface LabConfig
  extends Omit<z.output<typeof labSchema>, "credentials" | "clusters" | "nodeImage"> {
  readonly clusters: readonly ClusterConfig[];
  readonly nodeImage: NodeImageConfig;
  readonly credentials: CredentialStore;
  /** Configuration keys in which passwords of real devices are not encrypted; empty where nobody looked. */
  readonly inTheClear: readonly string[];
}
