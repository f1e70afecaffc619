import * as pulumi from "@pulumi/pulumi";
import type { LabConfig } from "../config/index.ts";
import { WebhookGate } from "../gate/webhook-gate.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { waitFor } from "../kubernetes/wait-for.ts";
import type { ManifestSet } from "../manifests/manifest-set.ts";
import { ReleaseManifest } from "../manifests/release-manifest.ts";
import { RandomPassword } from "../secrets/random-password.ts";
import { bareMetalHostSample, bareMetalOperatorTransformations, ironicSample } from "./baremetal-operator.ts";
import { ironicSpec } from "./ironic.ts";
import { ironicEndpoint } from "./ironic-endpoint.ts";
import { IronicGate } from "./ironic-gate.ts";
import { bareMetalLabel, ironicInputLabel, ironicName, ironicUsername, metal3Namespace } from "./names.ts";

export interface Metal3Args {
  readonly config: LabConfig;
  readonly manifests: ManifestSet;
  /** Name of the ClusterIssuer for Ironic's certificate. */
  readonly issuer: string;
  /** PEM of the authority that signs the emulator's certificate. */
  readonly caPem: pulumi.Input<string>;
}

/**
 * Metal3: the ironic-standalone-operator, the baremetal-operator, and the Ironic they work with. Everything of it
 * depends on the one before, so that destroying takes Ironic away before its operators and those before their CRDs.
 */
export class Metal3 extends pulumi.ComponentResource {
  /** For dependsOn of what needs hosts to be managed: all of Metal3; the webhooks, Ironic's readiness and its password included. */
  readonly ready: readonly pulumi.Resource[];
  readonly ironic: KubernetesObject;

  constructor(name: string, args: Metal3Args, opts?: pulumi.ComponentResourceOptions) {
    const { config, manifests, issuer } = args;
    super("edge-lab:metal3:Metal3", name, { issuer }, opts);

    const operator = new ReleaseManifest(
      `${name}-ironic-standalone-operator`,
      {
        manifest: manifests.components["ironic-standalone-operator"],
        namespace: "ironic-standalone-operator-system",
        await: config.await,
      },
      { parent: this },
    );
    const bareMetalOperator = new ReleaseManifest(
      `${name}-baremetal-operator`,
      {
        manifest: manifests.components["baremetal-operator"],
        namespace: metal3Namespace,
        transformations: bareMetalOperatorTransformations,
        await: config.await,
      },
      // It watches Ironic resources, so their definition has to be there when it starts.
      { parent: this, dependsOn: operator },
    );
    const gates = [
      ...this.gate(`${name}-ironic-standalone-operator-gate`, config, ironicSample, operator, manifests),
      ...this.gate(
        `${name}-baremetal-operator-gate`,
        config,
        bareMetalHostSample,
        bareMetalOperator,
        manifests,
      ),
    ];
    const password = new RandomPassword(`${name}-ironic-password`, {}, { parent: this });
    const inputs = this.ironicInputs(name, args, password, bareMetalOperator);
    const spec = ironicSpec(config, {
      credentials: "ironic-api",
      certificate: "ironic-tls",
      bmcAuthority: "edge-lab-ca",
    });
    this.ironic = new KubernetesObject(
      `${name}-ironic`,
      {
        apiVersion: "ironic.metal3.io/v1alpha1",
        kind: "Ironic",
        metadata: {
          name: ironicName,
          namespace: metal3Namespace,
          ...(config.await !== "none" ? { annotations: waitFor("condition=Ready") } : {}),
        },
        spec,
      },
      // Its pod downloads the deploy ramdisk, some 500 MB, before it is ready.
      {
        parent: this,
        dependsOn: [...gates, bareMetalOperator, ...inputs],
        customTimeouts: timeOuts({ apply: 40, delete: 20 }),
      },
    );
    if (config.await !== "none") {
      new IronicGate(
        `${name}-ironic-gate`,
        {
          endpoint: ironicEndpoint(config),
          username: ironicUsername,
          password: password.value,
          caPem: args.caPem,
          of: spec,
        },
        { parent: this, dependsOn: [this.ironic] },
      );
    }
    this.ready = [this];
    this.registerOutputs({});
  }

  private gate(
    name: string,
    { infra, await: mode }: LabConfig,
    sample: PlainObject,
    behind: ReleaseManifest,
    { components }: ManifestSet,
  ): WebhookGate[] {
    if (mode === "none") return [];
    const { kubeconfig, context } = infra;
    const of = [
      components["ironic-standalone-operator"].version,
      components["baremetal-operator"].version,
    ].join(" ");
    return [
      new WebhookGate(
        name,
        { kubeconfig, ...(context === undefined ? {} : { context }), samples: [sample], of },
        { parent: this, dependsOn: behind },
      ),
    ];
  }

  /** Secrets, certificate and trust that the Ironic resource names; all with the label its operator asks for. */
  private ironicInputs(
    name: string,
    args: Metal3Args,
    password: RandomPassword,
    namespace: pulumi.Resource,
  ): KubernetesObject[] {
    const opts = { parent: this, dependsOn: namespace };
    const labels = { ...ironicInputLabel, ...bareMetalLabel };
    const service = `${ironicName}.${metal3Namespace}.svc`;
    return [
      new KubernetesObject(
        `${name}-ironic-api`,
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "ironic-api", namespace: metal3Namespace, labels },
          type: "Opaque",
          // These two keys alone: the operator adds a key `htpasswd` of its own.
          stringData: { username: ironicUsername, password: password.value },
        },
        opts,
      ),
      new KubernetesObject(
        `${name}-bmc-authority`,
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "edge-lab-ca", namespace: metal3Namespace, labels: ironicInputLabel },
          data: { "ca.crt": args.caPem },
        },
        opts,
      ),
      new KubernetesObject(
        `${name}-ironic-tls`,
        {
          apiVersion: "cert-manager.io/v1",
          kind: "Certificate",
          metadata: {
            name: "ironic-tls",
            namespace: metal3Namespace,
            ...(args.config.await !== "none" ? { annotations: waitFor("condition=Ready") } : {}),
          },
          spec: {
            secretName: "ironic-tls",
            secretTemplate: { labels },
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: args.issuer },
            commonName: service,
            // The baremetal-operator asks for the Service, the deploy agent for the address.
            dnsNames: [service, `${service}.cluster.local`],
            ipAddresses: [args.config.infra.provisioning.address],
            usages: ["digital signature", "key encipherment", "server auth"],
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
          },
        },
        { ...opts, customTimeouts: timeOuts({ apply: 10 }) },
      ),
    ];
  }
}
