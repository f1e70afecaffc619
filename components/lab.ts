import { fileURLToPath } from "node:url";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { AddOns } from "./add-ons/add-ons.ts";
import { ClusterApi } from "./cluster-api/cluster-api.ts";
import {
  bmcAddress,
  hostNamespace,
  type ImageConfig,
  kubeconfigPath,
  type LabConfig,
} from "./config/index.ts";
import { HostInventory } from "./host-inventory/host-inventory.ts";
import { imageReference } from "./kubernetes/image-reference.ts";
import { KubernetesObject } from "./kubernetes/kubernetes-object.ts";
import { timeOuts } from "./kubernetes/time-outs.ts";
import { type LabNotes, labNotes } from "./lab-notes.ts";
import type { ManifestSet } from "./manifests/manifest-set.ts";
import { Metal3 } from "./metal3/metal3.ts";
import { NodeImage } from "./node-image/node-image.ts";
import { type PlannedImage, withImages } from "./node-image/planned-images.ts";
import { labNamespace } from "./redfish-emulator/names.ts";
import { RedfishEmulator } from "./redfish-emulator/redfish-emulator.ts";
import { CertificateAuthority } from "./secrets/certificate-authority.ts";
import { WorkloadCluster } from "./workload-cluster/workload-cluster.ts";

export interface LabArgs {
  readonly config: LabConfig;
  readonly manifests: ManifestSet;
  /** Node images that are built, from plannedImages(config). */
  readonly images: readonly PlannedImage[];
}

const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * One lab: an infra cluster, its hosts, its workload clusters. Clusters come last, so they go first, while everything that
 * has to clean up after them still runs; then hosts, Ironic and controllers, cert-manager, namespaces.
 */
export class Lab extends pulumi.ComponentResource {
  readonly redfish: {
    readonly url: string;
    /** The web page for people. */
    readonly consoleUrl: string;
    readonly username: string;
    readonly password: pulumi.Output<string>;
  };
  /** PEM of the authority behind every certificate of the lab. */
  readonly certificateAuthority: pulumi.Output<string>;
  /** BMC address by host. */
  readonly hosts: Readonly<Record<string, string>>;
  /** API endpoint by cluster. */
  readonly clusters: Readonly<Record<string, string>>;
  /** Secret; by cluster. */
  readonly kubeconfigs: Readonly<Record<string, pulumi.Output<string>>>;
  /** URL by the name that clusters choose an image by. */
  readonly nodeImages: Readonly<Record<string, string>>;
  /** The image of the lab's Kubernetes version, and where its sha256 is; undefined when there is none of that version. */
  readonly nodeImage: ImageConfig | undefined;
  readonly notes: LabNotes;

  constructor(name: string, args: LabArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { manifests, images } = args;
    const config = withImages(args.config, images);
    // Before the first resource, as the rest of the configuration's checks.
    RedfishEmulator.check(config);
    WorkloadCluster.check(config);
    // Not args: the configuration is stored in what is made of it, and an upgrade must not show up here as well.
    super("edge-lab:lab:Lab", name, forReview(config), opts);
    const kubernetes = infraProvider(name, config, this);
    const within = (
      ...dependsOn: readonly (readonly pulumi.Resource[])[]
    ): pulumi.ComponentResourceOptions => ({
      parent: this,
      providers: { kubernetes },
      dependsOn: dependsOn.flat(),
    });

    const namespaces = [labNamespace, hostNamespace].map((namespace) =>
      this.namespace(name, namespace, kubernetes),
    );
    const ca = new CertificateAuthority(`${name}-ca`, { commonName: "edge-lab" }, { parent: this });
    const addOns = new AddOns(`${name}-add-ons`, { config, manifests, ca }, within(namespaces));
    const authority = this.publishAuthority(name, ca, namespaces, kubernetes);
    const issuer = addOns.certificateIssuer;
    const emulator = new RedfishEmulator(
      `${name}-redfish`,
      { config, issuer },
      within(namespaces, addOns.ready),
    );
    const metal3 = new Metal3(
      `${name}-metal3`,
      { config, manifests, issuer, caPem: ca.certificatePem },
      within(namespaces, addOns.ready),
    );
    const clusterApi = new ClusterApi(
      `${name}-cluster-api`,
      { config, manifests },
      within(namespaces, addOns.ready),
    );
    const nodeImage = new NodeImage(
      `${name}-node-image`,
      { config, namespace: labNamespace, built: images },
      within(namespaces),
    );
    const inventory = new HostInventory(
      `${name}-hosts`,
      { config, credentials: emulator.operator, machines: emulator.machines },
      within([authority], emulator.ready, metal3.ready),
    );
    const { kubeconfig, context } = config.infra;
    const clusters = config.clusters.map(
      (cluster) =>
        new WorkloadCluster(
          `${name}-cluster-${cluster.name}`,
          {
            cluster,
            config,
            kubeVipImage: imageReference(config, "kube-vip"),
            infra: { kubeconfig, context },
          },
          within(clusterApi.ready, nodeImage.ready, [inventory]),
        ),
    );

    this.redfish = {
      url: emulator.url,
      consoleUrl: new URL("/console/", emulator.url).href,
      ...emulator.administrator,
    };
    this.certificateAuthority = ca.certificatePem;
    this.hosts = Object.fromEntries(config.hosts.map((host) => [host.name, bmcAddress(config, host)]));
    this.clusters = Object.fromEntries(clusters.map((cluster) => [cluster.name, cluster.endpoint]));
    this.kubeconfigs = Object.fromEntries(clusters.map((cluster) => [cluster.name, cluster.kubeconfig]));
    this.nodeImages = Object.fromEntries(
      Object.entries(nodeImage.images).map(([image, { url }]) => [image, url]),
    );
    this.nodeImage = nodeImage.images[config.kubernetes.version];
    this.notes = labNotes(config, manifests, pulumi.getStack());
    this.registerOutputs({ redfishUrl: this.redfish.url, hosts: this.hosts, clusters: this.clusters });
  }

  private namespace(name: string, namespace: string, provider: Provider): KubernetesObject {
    return new KubernetesObject(
      `${name}-namespace-${namespace}`,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      { parent: this, provider, customTimeouts: timeOuts({ delete: 60 }) },
    );
  }

  /** The authority where people and programs in the cluster find it: to trust the emulator. */
  private publishAuthority(
    name: string,
    ca: CertificateAuthority,
    dependsOn: pulumi.Resource[],
    provider: Provider,
  ): KubernetesObject {
    return new KubernetesObject(
      `${name}-ca-certificate`,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "edge-lab-ca", namespace: labNamespace },
        data: { "ca.crt": ca.certificatePem },
      },
      { parent: this, provider, dependsOn },
    );
  }
}

/**
 * What the policies in policy/ cannot see in a resource: the Lab's inputs carry it to them, and only where there is something, so
 * that a preview shows it.
 */
function forReview({ allowedChanges, inTheClear }: LabConfig): pulumi.Inputs {
  return {
    ...(allowedChanges.length === 0 ? {} : { allowedChanges }),
    ...(inTheClear.length === 0 ? {} : { plainCredentials: inTheClear }),
  };
}

/** An explicit provider, since the default one would work on whatever cluster KUBECONFIG happens to name. */
function infraProvider(name: string, config: LabConfig, parent: pulumi.Resource): Provider {
  const { context } = config.infra;
  return new Provider(
    `${name}-infra`,
    {
      kubeconfig: kubeconfigPath(config, projectFolder),
      ...(context === undefined ? {} : { context }),
      // One stack is one infra cluster: another address or login of it replaces nothing.
      clusterIdentifier: `edge-lab/${pulumi.getStack()}`,
      enableServerSideApply: true,
      // In place instead of delete and create: baremetal-operator holds a host's Secret by a finalizer, so a replacement
      // (a new password) would wait for the host to go.
      enableSecretMutable: true,
      enableConfigMapMutable: true,
    },
    { parent },
  );
}
