import { Chart } from "@pulumi/kubernetes/helm/v4/chart.js";
import * as pulumi from "@pulumi/pulumi";
import type { AddOnConfig, LabConfig } from "../config/index.ts";
import { ComponentError } from "../errors/component-error.ts";
import type { LoadedManifest } from "../manifests/manifest-set.ts";
import { ReleaseManifest } from "../manifests/release-manifest.ts";
import { defaultNamespace } from "./default-namespace.ts";

export interface UserAddOnArgs {
  readonly addOn: AddOnConfig;
  /** Of an add-on that is a manifest. */
  readonly manifest?: LoadedManifest;
  readonly await: LabConfig["await"];
}

/** One add-on of the user's own: a manifest, or a Helm chart whose objects the provider renders. */
export class UserAddOn extends pulumi.ComponentResource {
  constructor(name: string, args: UserAddOnArgs, opts?: pulumi.ComponentResourceOptions) {
    const { addOn, manifest } = args;
    const { namespace, chart } = addOn;
    super("edge-lab:add-ons:UserAddOn", name, { namespace }, opts);

    if (chart) {
      const oci = chart.repository.startsWith("oci://");
      new Chart(
        `${name}-chart`,
        {
          // An OCI chart is named by its whole address and has no repository index.
          chart: oci ? `${chart.repository.replace(/\/$/, "")}/${chart.chart}` : chart.chart,
          ...(oci ? {} : { repositoryOpts: { repo: chart.repository } }),
          // The release's name: what templates make their names from. The resource's would carry ours in front.
          name: addOn.name,
          version: chart.version,
          namespace,
          values: chart.values,
          skipAwait: args.await === "none",
        },
        { parent: this },
      );
    } else if (manifest) {
      const transformations = [defaultNamespace(namespace, manifest.objects)];
      new ReleaseManifest(
        `${name}-manifest`,
        { manifest, transformations, await: args.await },
        { parent: this },
      );
    } else {
      throw new ComponentError(
        `add-on ${addOn.name} is neither a manifest nor a chart; give edge-lab:addOns[].manifest or .chart`,
        this,
      );
    }
    this.registerOutputs({});
  }
}
