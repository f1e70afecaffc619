import * as pulumi from "@pulumi/pulumi";
import { type ClusterConfig, hostNamespace, type LabConfig } from "../config/index.ts";
import { urlHost } from "../http/url-host.ts";
import { deletionPropagation } from "../kubernetes/deletion-propagation.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { clusterClass } from "./cluster-class.ts";
import { ClusterGate } from "./cluster-gate.ts";
import type { ClusterStage } from "./cluster-stage.ts";
import { type ClusterTemplates, clusterTemplates } from "./cluster-templates.ts";
import { GitOps } from "./git-ops.ts";
import { imageVariables } from "./image-variables.ts";
import type { InfraAccess } from "./infra-access.ts";
import { kubeVip } from "./kube-vip.ts";
import { podNetworkObjects } from "./pod-network-objects.ts";
import { remediationTemplate } from "./remediation-template.ts";
import { replacementChecks } from "./replacement-checks.ts";
import { ReuseMarks } from "./reuse-marks.ts";
import { templateName } from "./template-name.ts";
import { topologyCluster } from "./topology-cluster.ts";

export interface WorkloadClusterArgs {
  readonly cluster: ClusterConfig;
  readonly config: Pick<LabConfig, "hosts" | "nodeImage" | "await" | "protect" | "credentials">;
  readonly kubeVipImage: string;
  /** The infra cluster, for the wait at the end. */
  readonly infra: InfraAccess;
}

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

  /**
   * Whether the files that the clusters name can be used; for a look before anything is made.
   * @throws ProgramError or ManifestError that names the file and what is wrong with it.
   */
  static check({ clusters }: Pick<LabConfig, "clusters">): void {
    for (const { cni } of clusters) if (cni.type === "manifest") podNetworkObjects(cni.file);
  }

  constructor(name: string, args: WorkloadClusterArgs, opts: pulumi.ComponentResourceOptions) {
    // Not all of args: an upgrade changes the Cluster and nothing else, so a preview has to show no more than that.
    super("edge-lab:workload-cluster:WorkloadCluster", name, { cluster: args.cluster.name }, opts);
    const { cluster: config } = args;
    const { host, port } = config.endpoint;
    this.name = config.name;
    this.endpoint = `https://${urlHost(host)}:${port}`;
    const vip = kubeVip({
      image: args.kubeVipImage,
      interface: config.endpoint.interface,
      ipFamily: config.endpoint.host.includes(":") ? "IPv6" : "IPv4",
    });
    const templates = clusterTemplates(config, args.config.hosts, vip);
    const remediation = remediationTemplate(config);
    const declaredClass = clusterClass(config, templates, vip, remediation);
    const declared = topologyCluster(config, declaredClass, imageVariables(config, args.config.nodeImage));

    // Changes with the Cluster or its class.
    const state = templateName("state", [declared.spec, declaredClass.spec]);
    const mode = args.config.await;
    const createdClass = new KubernetesObject(`${name}-class`, declaredClass, {
      parent: this,
      dependsOn: [
        ...this.templates(name, templates, remediation),
        ...(mode === "full" ? [this.reuseMarks(name, args, state)] : []),
      ],
      customTimeouts: timeOuts({ delete: 30 }),
    });
    const cluster = new KubernetesObject(
      `${name}-cluster`,
      {
        ...declared,
        metadata: {
          ...declared.metadata,
          // Cluster API has an order of its own to delete in, which the garbage collector's foreground deletion would break.
          annotations: deletionPropagation("background"),
        },
      },
      {
        parent: this,
        dependsOn: [createdClass],
        protect: args.config.protect !== "nothing",
        // Machines are drained, cleaned and powered off, workers first, then the control plane.
        customTimeouts: timeOuts({ delete: config.timeouts.deletedMinutes }),
      },
    );

    // After the Cluster, so that they go before it: machines are not to be replaced while the cluster is taken down.
    for (const check of replacementChecks(config)) {
      new KubernetesObject(`${name}-${check.metadata.name.slice(config.name.length + 1)}`, check, {
        parent: this,
        dependsOn: [cluster],
      });
    }
    if (mode === "provisioned") this.gate(name, args, "provisioned", args.cluster.name, [cluster]);
    this.kubeconfig =
      mode === "full"
        ? this.enter(name, args, cluster, state)
        : pulumi.output(`not yet: nothing waits for the cluster's API (await: ${mode})`);
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
    state: string,
  ): pulumi.Output<string> {
    // Once in the cluster's life: a control plane that is rolled is still initialised.
    const initialised = this.gate(name, args, "initialised", args.cluster.name, [cluster]);
    const access = new ClusterAccess(
      `${name}-access`,
      { config: args.cluster, cluster, initialised: initialised.wait, infra: args.infra },
      { parent: this, dependsOn: [initialised] },
    );
    // Again at every change of Cluster or ClusterClass, so that `pulumi up` of an upgrade ends when the last machine runs,
    // and what an upgrade replaces is deleted only then.
    const settled = this.gate(name, args, "settled", state, [initialised, access]);
    if (args.cluster.gitOps !== undefined) {
      new GitOps(
        `${name}-gitops`,
        { follow: args.cluster.gitOps, login: args.config.credentials.git(args.cluster.name), cluster },
        { parent: this, provider: access.provider, dependsOn: [settled] },
      );
    }
    return access.kubeconfig;
  }

  /** Before any change that replaces machines, the class's included. */
  private reuseMarks(name: string, { cluster, infra }: WorkloadClusterArgs, declared: string): ReuseMarks {
    return new ReuseMarks(
      `${name}-reuse-marks`,
      { namespace: hostNamespace, cluster: cluster.name, declared, infra },
      { parent: this },
    );
  }

  private gate(
    name: string,
    { cluster, infra }: WorkloadClusterArgs,
    stage: ClusterStage,
    awaited: string,
    dependsOn: pulumi.Resource[],
  ): ClusterGate {
    const { initialisedMinutes, settledMinutes } = cluster.timeouts;
    const minutes = stage === "settled" ? settledMinutes : initialisedMinutes;
    return new ClusterGate(
      `${name}-${stage}`,
      { namespace: hostNamespace, cluster: cluster.name, stage, awaited, infra, minutes },
      { parent: this, dependsOn },
    );
  }
}
