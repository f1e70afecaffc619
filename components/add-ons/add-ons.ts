import * as pulumi from "@pulumi/pulumi";
import type { AddOnConfig, LabConfig } from "../config/index.ts";
import { ComponentError } from "../errors/component-error.ts";
import { WebhookGate } from "../gate/webhook-gate.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { waitFor } from "../kubernetes/wait-for.ts";
import type { ManifestSet } from "../manifests/manifest-set.ts";
import { ReleaseManifest } from "../manifests/release-manifest.ts";
import type { CertificateAuthority } from "../secrets/certificate-authority.ts";
import { installationOrder, OrderError } from "./installation-order.ts";
import { namespacesToMake } from "./namespaces.ts";
import { UserAddOn } from "./user-add-on.ts";

export interface AddOnsArgs {
  readonly config: LabConfig;
  readonly manifests: ManifestSet;
  readonly ca: CertificateAuthority;
}

const issuerName = "edge-lab-ca";
/** Where cert-manager looks for the Secrets of ClusterIssuers. */
const certManagerNamespace = "cert-manager";

/** A certificate that nobody ever issues: it only asks cert-manager's webhook. */
const certificateSample: PlainObject = {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "edge-lab-gate", namespace: "default" },
  spec: {
    secretName: "edge-lab-gate",
    dnsNames: ["edge-lab-gate"],
    issuerRef: { name: issuerName, kind: "ClusterIssuer" },
  },
};

/** What other software on the infra cluster stands on: cert-manager with the lab's own authority, then the user's add-ons. */
export class AddOns extends pulumi.ComponentResource {
  /** Name of the ClusterIssuer that signs with the lab's authority. */
  readonly certificateIssuer: string;
  readonly ca: CertificateAuthority;
  /** For dependsOn of what needs certificates. The user's own add-ons are not part of it: a broken one stops nothing else. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AddOnsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { config, manifests, ca } = args;
    super("edge-lab:add-ons:AddOns", name, {}, opts);
    this.certificateIssuer = issuerName;
    this.ca = ca;

    const manifest = manifests.components["cert-manager"];
    const certManager = new ReleaseManifest(
      `${name}-cert-manager`,
      { manifest, namespace: certManagerNamespace, await: config.await },
      { parent: this },
    );
    const gate = this.gate(`${name}-cert-manager-gate`, config, manifest.version, certManager);
    const issuer = this.issuer(name, args, [certManager, ...gate]);
    this.ready = [certManager, ...gate, issuer];
    this.userAddOns(name, args);
    this.registerOutputs({ certificateIssuer: issuerName });
  }

  private gate(
    name: string,
    { await: mode, infra }: LabConfig,
    of: string,
    behind: ReleaseManifest,
  ): WebhookGate[] {
    if (mode === "none") return [];
    const { kubeconfig, context } = infra;
    return [
      new WebhookGate(
        name,
        { kubeconfig, ...(context === undefined ? {} : { context }), samples: [certificateSample], of },
        { parent: this, dependsOn: behind },
      ),
    ];
  }

  private issuer(name: string, { config, ca }: AddOnsArgs, dependsOn: pulumi.Resource[]): KubernetesObject {
    const secret = new KubernetesObject(
      `${name}-ca`,
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: issuerName, namespace: certManagerNamespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": ca.certificatePem, "tls.key": ca.privateKeyPem },
      },
      { parent: this, dependsOn },
    );
    return new KubernetesObject(
      `${name}-issuer`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "ClusterIssuer",
        metadata: {
          name: issuerName,
          ...(config.await !== "none" ? { annotations: waitFor("condition=Ready") } : {}),
        },
        spec: { ca: { secretName: issuerName } },
      },
      { parent: this, dependsOn: [secret], customTimeouts: timeOuts({ apply: 10 }) },
    );
  }

  private userAddOns(name: string, { config, manifests }: AddOnsArgs): void {
    const namespaces = new Map(
      namespacesToMake(config.addOns, manifests).map((namespace) => [
        namespace,
        new KubernetesObject(
          `${name}-namespace-${namespace}`,
          { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
          { parent: this, dependsOn: [...this.ready], customTimeouts: timeOuts({ delete: 30 }) },
        ),
      ]),
    );
    const made = new Map<string, UserAddOn>();
    for (const addOn of this.ordered(config.addOns)) {
      const namespace = namespaces.get(addOn.namespace);
      const needed = addOn.dependsOn.flatMap((other) => made.get(other) ?? []);
      const manifest = manifests.addOns.get(addOn.name);
      made.set(
        addOn.name,
        new UserAddOn(
          `${name}-${addOn.name}`,
          { addOn, ...(manifest ? { manifest } : {}), await: config.await },
          { parent: this, dependsOn: [...this.ready, ...(namespace ? [namespace] : []), ...needed] },
        ),
      );
    }
  }

  private ordered(addOns: readonly AddOnConfig[]): AddOnConfig[] {
    try {
      return installationOrder(addOns);
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      throw new ComponentError(`edge-lab:addOns[${error.index}].dependsOn ${error.message}`, this);
    }
  }
}
