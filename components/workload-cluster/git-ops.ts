import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig, GitLogin } from "../config/index.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { fluxSource, gitSecretData, gitSecretName } from "./flux-source.ts";

export interface GitOpsArgs {
  readonly follow: NonNullable<ClusterConfig["gitOps"]>;
  /** How to log in to the repository; empty for a public one. Plain text: it is made secret here. */
  readonly login: GitLogin;
  /** The Cluster on which all of this lives: with it gone there is nothing to uninstall. */
  readonly cluster: pulumi.Resource;
}

const repository = "https://fluxcd-community.github.io/helm-charts";
const namespace = "flux-system";

/**
 * Flux on a workload cluster, following one folder of a Git repository: its controllers, a Secret with the login if there is one,
 * then what to follow.
 *
 * Nothing of it outlives or delays the cluster: with the Cluster it is dropped without a word to its API, and with a cluster that
 * does not answer any more the provider (deleteUnreachable) drops it too.
 */
export class GitOps extends pulumi.ComponentResource {
  constructor(name: string, args: GitOpsArgs, opts: pulumi.ComponentResourceOptions) {
    const { follow, login, cluster } = args;
    // Not the login: a component's inputs stand readable in the state.
    super("edge-lab:workload-cluster:GitOps", name, { follow }, opts);
    const options = { parent: this, deletedWith: cluster, customTimeouts: timeOuts({ apply: 20 }) };
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
    const data = gitSecretData(follow, login);
    const secret =
      data === undefined
        ? []
        : [
            new KubernetesObject(
              `${name}-login`,
              {
                apiVersion: "v1",
                kind: "Secret",
                type: "Opaque",
                metadata: { name: gitSecretName, namespace },
                data,
              },
              // The namespace comes with the chart.
              { ...options, dependsOn: [controllers] },
            ),
          ];
    new Release(
      `${name}-sync`,
      {
        name: "flux2-sync",
        namespace,
        repositoryOpts: { repo: repository },
        chart: "flux2-sync",
        version: "1.14.0",
        values: fluxSource(follow, data !== undefined),
      },
      { ...options, dependsOn: [controllers, ...secret] },
    );
    this.registerOutputs({});
  }
}
