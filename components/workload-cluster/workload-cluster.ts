import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig, LabConfig } from "../config/index.ts";
import { deletionPropagation } from "../kubernetes/deletion-propagation.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { waitFor } from "../kubernetes/wait-for.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { clusterClass } from "./cluster-class.ts";
import { type ClusterTemplates, clusterTemplates } from "./cluster-templates.ts";
import { GitOps } from "./git-ops.ts";
import { imageVariables } from "./image-variables.ts";
import type { InfraAccess } from "./infra-access.ts";
import { kubeVip } from "./kube-vip.ts";
import { remediationTemplate } from "./remediation-template.ts";
import { RolloutGate } from "./rollout-gate.ts";
import { topologyCluster } from "./topology-cluster.ts";

export interface WorkloadClusterArgs {
  readonly cluster: ClusterConfig;
  readonly config: Pick<LabConfig, "hosts" | "nodeImage" | "await">;
  readonly kubeVipImage: string;
  /** The infra cluster, for the wait at the end. */
  readonly infra: InfraAccess;
}

/** Longest time, in minutes, for all machines of a cluster: each is cleaned, written, booted and joined. */
const rolloutMinutes = 180;

/**
 * One Kubernetes cluster made out of hosts: its class and templates, the Cluster, then the way in, the pod network and
 * GitOps. It waits in steps, because Available needs the pod network, which needs an API server:
 * Cluster (control plane initialised) > kubeconfig > pod network > settled > GitOps.
 */
export class WorkloadCluster extends pulumi.ComponentResource {
  readonly name: string;
  /** URL of its API. */
  readonly endpoint: string;
  /** Secret; says "not yet: …" when nothing waited for the cluster. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: WorkloadClusterArgs, opts: pulumi.ComponentResourceOptions) {
    // Not all of args: an upgrade changes the Cluster and nothing else, so a preview has to show no more than that.
    super("edge-lab:workload-cluster:WorkloadCluster", name, { cluster: args.cluster.name }, opts);
    const { cluster: config } = args;
    const { host, port } = config.endpoint;
    this.name = config.name;
    this.endpoint = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
    const vip = kubeVip({
      image: args.kubeVipImage,
      interface: config.endpoint.interface,
      ipFamily: config.endpoint.host.includes(":") ? "IPv6" : "IPv4",
    });
    const templates = clusterTemplates(config, args.config.hosts, vip);
    const remediation = remediationTemplate(config);
    const declaredClass = clusterClass(config, templates, vip, remediation);
    const declared = topologyCluster(config, declaredClass, imageVariables(config, args.config.nodeImage));

    const createdClass = new KubernetesObject(`${name}-class`, declaredClass, {
      parent: this,
      dependsOn: this.templates(name, templates, remediation),
      customTimeouts: timeOuts({ delete: 30 }),
    });
    const cluster = new KubernetesObject(
      `${name}-cluster`,
      { ...declared, metadata: { ...declared.metadata, annotations: clusterAnnotations(args.config.await) } },
      {
        parent: this,
        dependsOn: [createdClass],
        // Machines are drained, cleaned and powered off, workers first, then the control plane.
        customTimeouts: timeOuts({ apply: 120, delete: 240 }),
      },
    );

    this.kubeconfig =
      args.config.await === "full"
        ? this.enter(name, args, cluster, declared, declaredClass)
        : pulumi.output("not yet: nothing waits for the cluster (await: none)");
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  /** The logical names carry no content hash: new content replaces the object under the same name in the program. */
  private templates(
    name: string,
    templates: ClusterTemplates,
    remediation: PlainObject | undefined,
  ): KubernetesObject[] {
    const object = (suffix: string, declared: PlainObject): KubernetesObject =>
      new KubernetesObject(`${name}-${suffix}`, declared, { parent: this });
    return [
      object("infrastructure-template", templates.infrastructure),
      object("control-plane-template", templates.controlPlane),
      object("control-plane-machine-template", templates.controlPlaneMachine),
      object("worker-template", templates.worker),
      object("worker-machine-template", templates.workerMachine),
      ...(remediation === undefined ? [] : [object("remediation-template", remediation)]),
    ];
  }

  private enter(
    name: string,
    args: WorkloadClusterArgs,
    cluster: KubernetesObject,
    declared: PlainObject,
    declaredClass: PlainObject,
  ): pulumi.Output<string> {
    const access = new ClusterAccess(
      `${name}-access`,
      { config: args.cluster, cluster, infra: args.infra },
      { parent: this, dependsOn: [cluster] },
    );
    const settled = new RolloutGate(
      `${name}-settled`,
      {
        cluster: declared,
        clusterClass: declaredClass,
        infra: args.infra,
        minutes: rolloutMinutes,
      },
      { parent: this, dependsOn: [cluster, access] },
    );
    if (args.cluster.gitOps !== undefined) {
      new GitOps(
        `${name}-gitops`,
        { follow: args.cluster.gitOps, cluster },
        { parent: this, provider: access.provider, dependsOn: [settled] },
      );
    }
    return access.kubeconfig;
  }
}

/**
 * Background deletion always: Cluster API has an order of its own to delete in, which the garbage collector's foreground
 * deletion would break. Waits only for the first API server; the rest comes after the pod network.
 */
function clusterAnnotations(mode: LabConfig["await"]): Readonly<Record<string, string>> {
  return {
    ...deletionPropagation("background"),
    ...(mode === "full" ? waitFor("condition=ControlPlaneInitialized") : {}),
  };
}
