import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../config/index.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";

export interface GitOpsArgs {
  readonly follow: NonNullable<ClusterConfig["gitOps"]>;
  /** The Cluster on which all of this lives: with it gone there is nothing to uninstall. */
  readonly cluster: pulumi.Resource;
}

const repository = "https://fluxcd-community.github.io/helm-charts";
const namespace = "flux-system";

/**
 * Flux on a workload cluster, following one folder of a Git repository. A private repository's credentials are a Secret
 * that the user puts into flux-system and names in what the folder declares; none passes through here.
 */
export class GitOps extends pulumi.ComponentResource {
  constructor(name: string, args: GitOpsArgs, opts: pulumi.ComponentResourceOptions) {
    super("edge-lab:workload-cluster:GitOps", name, { follow: args.follow }, opts);
    const { url, branch, path } = args.follow;
    const options = { parent: this, deletedWith: args.cluster, customTimeouts: timeOuts({ apply: 20 }) };
    const controllers = new Release(
      `${name}-controllers`,
      {
        name: "flux2",
        namespace,
        createNamespace: true,
        repositoryOpts: { repo: repository },
        chart: "flux2",
        version: "2.16.4",
      },
      options,
    );
    new Release(
      `${name}-sync`,
      {
        name: "flux2-sync",
        namespace,
        repositoryOpts: { repo: repository },
        chart: "flux2-sync",
        version: "1.14.0",
        values: {
          gitRepository: { spec: { url, ref: { branch } } },
          kustomization: { spec: { path, prune: true } },
        },
      },
      { ...options, dependsOn: [controllers] },
    );
    this.registerOutputs({});
  }
}
