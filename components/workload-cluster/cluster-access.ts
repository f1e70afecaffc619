import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterConfig, hostNamespace } from "../config/index.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import { skipAwait } from "../kubernetes/skip-await.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { ciliumValues } from "./cilium-values.ts";
import type { InfraAccess } from "./infra-access.ts";
import { podNetworkObjects } from "./pod-network-objects.ts";
import { secretId } from "./secret-id.ts";

export interface ClusterAccessArgs {
  readonly config: ClusterConfig;
  readonly cluster: KubernetesObject;
  /** With it done, the cluster's first API server answers and its kubeconfig Secret is there. */
  readonly initialised: pulumi.CustomResource;
  readonly infra: InfraAccess;
}

/**
 * The way into a workload cluster: its kubeconfig, a provider made of it, and the pod network, which the cluster needs
 * before it can become available.
 */
export class ClusterAccess extends pulumi.ComponentResource {
  /** The administrator's kubeconfig, secret. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: Provider;

  constructor(name: string, args: ClusterAccessArgs, opts: pulumi.ComponentResourceOptions) {
    const { config, cluster } = args;
    super("edge-lab:workload-cluster:ClusterAccess", name, { cluster: config.name }, opts);
    // Read at every run and never kept: the control plane's manager renews the certificate in it before it expires.
    const id = secretId({
      namespace: hostNamespace,
      name: `${config.name}-kubeconfig`,
      after: args.initialised,
      infra: args.infra,
    });
    const secret = Secret.get(`${name}-kubeconfig`, id, { parent: this });
    this.kubeconfig = pulumi.secret(
      secret.data.apply((data) => Buffer.from(data?.value ?? "", "base64").toString("utf8")),
    );
    this.provider = new Provider(
      `${name}-provider`,
      {
        kubeconfig: this.kubeconfig,
        clusterIdentifier: `${hostNamespace}/${config.name}`,
        // When the cluster is gone, what lived on it is gone too.
        deleteUnreachable: true,
      },
      { parent: this },
    );
    if (config.cni.type === "cilium") this.installCilium(name, config, config.cni, cluster);
    if (config.cni.type === "manifest") this.installManifest(name, config.cni.file, cluster);
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  /** The user's own pod network: the objects of a file of the project. */
  private installManifest(name: string, file: string, cluster: KubernetesObject): void {
    for (const object of podNetworkObjects(file)) {
      const { kind, metadata } = object;
      const path = [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("-");
      new KubernetesObject(
        `${name}-cni-${path.toLowerCase()}`,
        // Nodes come one by one, so a DaemonSet is not complete for a long time: the gate after it waits for them.
        { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...skipAwait() } } },
        { parent: this, provider: this.provider, deletedWith: cluster },
      );
    }
  }

  private installCilium(
    name: string,
    config: ClusterConfig,
    cni: Extract<ClusterConfig["cni"], { type: "cilium" }>,
    cluster: KubernetesObject,
  ): void {
    new Release(
      `${name}-cilium`,
      {
        name: "cilium",
        namespace: "kube-system",
        repositoryOpts: { repo: "https://helm.cilium.io" },
        chart: "cilium",
        version: cni.version,
        values: ciliumValues(config, cni.values),
        // Its operator wants as many nodes as replicas, and nodes come one by one: the gate after it waits for them.
        skipAwait: true,
      },
      {
        parent: this,
        provider: this.provider,
        // Uninstalling it from a cluster that is about to go would only take time.
        deletedWith: cluster,
        customTimeouts: timeOuts({ apply: 20 }),
      },
    );
  }
}
