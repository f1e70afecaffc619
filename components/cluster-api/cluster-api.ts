import * as pulumi from "@pulumi/pulumi";
import type { LabConfig } from "../config/index.ts";
import { WebhookGate } from "../gate/webhook-gate.ts";
import type { ManifestSet } from "../manifests/manifest-set.ts";
import { ReleaseManifest } from "../manifests/release-manifest.ts";
import type { ManifestName } from "../versions.ts";
import { clusterApiSamples } from "./samples.ts";

export interface ClusterApiArgs {
  readonly config: LabConfig;
  readonly manifests: ManifestSet;
}

/** Cluster API's controllers: core, kubeadm bootstrap and control plane, metal3's IPAM and CAPM3. */
export class ClusterApi extends pulumi.ComponentResource {
  /** For dependsOn of what needs clusters to be managed: all controllers, their webhooks included. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ClusterApiArgs, opts?: pulumi.ComponentResourceOptions) {
    const { config, manifests } = args;
    super("edge-lab:cluster-api:ClusterApi", name, {}, opts);

    const provider = (
      component: ManifestName,
      namespace: string,
      ...after: ReleaseManifest[]
    ): ReleaseManifest =>
      new ReleaseManifest(
        `${name}-${component.replace("cluster-api-", "")}`,
        { manifest: manifests.components[component], namespace, await: config.await },
        { parent: this, dependsOn: after },
      );

    const core = provider("cluster-api-core", "capi-system");
    const bootstrap = provider("cluster-api-bootstrap", "capi-kubeadm-bootstrap-system", core);
    const controlPlane = provider("cluster-api-control-plane", "capi-kubeadm-control-plane-system", core);
    // CAPM3 looks for IPAM's kinds once, when it starts (cluster-api-provider-metal3, main.go).
    const ipam = provider("ipam", "metal3-ipam-system", core);
    const infrastructure = provider("capm3", "capm3-system", core, ipam);

    if (config.await !== "none") {
      const providers = [core, bootstrap, controlPlane, ipam, infrastructure];
      this.gate(`${name}-gate`, config, manifests, providers);
    }
    this.ready = [this];
    this.registerOutputs({});
  }

  private gate(
    name: string,
    { infra }: LabConfig,
    manifests: ManifestSet,
    providers: ReleaseManifest[],
  ): WebhookGate {
    const { kubeconfig, context } = infra;
    const { "cluster-api-core": core, capm3, ipam } = manifests.components;
    return new WebhookGate(
      name,
      {
        kubeconfig,
        ...(context === undefined ? {} : { context }),
        samples: Object.values(clusterApiSamples),
        of: [core, capm3, ipam].map(({ version }) => version).join(" "),
      },
      { parent: this, dependsOn: providers },
    );
  }
}
