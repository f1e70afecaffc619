import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import ipaddr from "ipaddr.js";
import { emulatorEndpoint, type HostConfig, type LabConfig } from "../config/index.ts";
import { imageReference } from "../kubernetes/image-reference.ts";
import { KubernetesObject, type KubernetesObjectArgs } from "../kubernetes/kubernetes-object.ts";
import { SecretKey } from "../kubernetes/secret-key.ts";
import { skipAwait } from "../kubernetes/skip-await.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { RandomPassword } from "../secrets/random-password.ts";
import { devicePeers } from "./device-peer.ts";
import { devicePolicy } from "./device-policy.ts";
import { type EmulatorUser, emulatorConfig } from "./emulator-config.ts";
import { emulatorDeployment } from "./emulator-deployment.ts";
import { type EmulatorExposure, emulatorExposure } from "./emulator-exposure.ts";
import { EmulatorImage } from "./image/emulator-image.ts";
import { plannedImage } from "./image/planned-image.ts";
import { kubernetesView } from "./kubernetes-view.ts";
import { machineEntry } from "./machine-entry.ts";
import { emulatorLabels, emulatorNames, emulatorPort, labNamespace } from "./names.ts";
import { networkPolicy } from "./network-policy.ts";

export interface RedfishEmulatorArgs {
  readonly config: LabConfig;
  /** Name of the ClusterIssuer that signs its certificate. */
  readonly issuer: string;
}

/** A login of the emulator. */
export interface EmulatorLogin {
  readonly username: string;
  /** Secret. */
  readonly password: pulumi.Output<string>;
}

/** The Redfish emulator: its users, configuration, certificate, volume and the one pod that owns all power devices. */
export class RedfishEmulator extends pulumi.ComponentResource {
  /** Service root. */
  readonly url: string;
  /** For people: may do everything. */
  readonly administrator: EmulatorLogin;
  /** For Ironic: may switch power and boot devices. */
  readonly operator: EmulatorLogin;
  /** For dependsOn: all of it, the pod's readiness included. */
  readonly ready: pulumi.Resource[];
  /**
   * For dependsOn of a host's BareMetalHost, by host: by what the emulator knows the host and reaches its device.
   * baremetal-operator has a removed host switched off, so these must be deleted after it.
   */
  readonly machines: ReadonlyMap<string, readonly pulumi.Resource[]>;

  constructor(name: string, args: RedfishEmulatorArgs, opts: pulumi.ComponentResourceOptions) {
    const { config, issuer } = args;
    super("edge-lab:redfish-emulator:RedfishEmulator", name, { issuer }, opts);
    const exposure = emulatorExposure(config);
    this.url = `https://${emulatorEndpoint(config)}/redfish/v1/`;
    this.administrator = this.login(name, "admin");
    this.operator = this.login(name, "ironic");
    const json = this.settings(config);
    const entries = new Map(config.hosts.map((host) => [host, JSON.stringify(machineEntry(config, host))]));

    const object = (suffix: string, declared: KubernetesObjectArgs, dependsOn: pulumi.Resource[] = []) =>
      new KubernetesObject(`${name}-${suffix}`, declared, { parent: this, dependsOn });
    // Without data: each key belongs to its host.
    const machines = object("machines", secret(emulatorNames.machines, {}));
    this.machines = new Map(
      [...entries].map(([host, entry]) => [host.name, this.machine(name, host, entry, machines)]),
    );
    const before: pulumi.Resource[] = [
      machines,
      ...[...this.machines.values()].flat(),
      object("service-account", { ...named("v1", "ServiceAccount"), automountServiceAccountToken: false }),
      object("config", secret(emulatorNames.config, { "config.json": json })),
      object(
        "credentials",
        secret(emulatorNames.credentials, {
          username: pulumi.output(this.administrator.username),
          password: this.administrator.password,
        }),
      ),
      object("tls", certificate(exposure, issuer)),
      object("data", volumeClaim(config)),
      object("network-policy", policy(config)),
      object("service", service(config, exposure)),
      ...(config.emulator.kubernetesView ? kubernetesView() : []).map((one) =>
        object(`kubernetes-${one.kind === "Role" ? "role" : "binding"}`, one),
      ),
    ];
    const planned = plannedImage(config);
    const built = planned && new EmulatorImage(`${name}-image`, planned, { parent: this });
    if (built) before.push(built);
    new KubernetesObject(
      `${name}-deployment`,
      emulatorDeployment({
        image: built?.reference ?? config.emulator.image ?? imageReference(config, "redfish-emulator"),
        // The hash of a text with generated passwords in it gives nothing away.
        configHash: pulumi.unsecret(json.apply((text) => hash([text, ...entries.values()]))),
        hostPort: exposure.hostPort,
        kubernetesView: config.emulator.kubernetesView,
        annotations: config.await !== "none" ? {} : skipAwait(),
      }),
      { parent: this, dependsOn: before, customTimeouts: timeOuts({ apply: 15 }) },
    );
    this.ready = [this];
    this.registerOutputs({ url: this.url });
  }

  /**
   * Checks a lab with the emulator's own rules. For a program's first lines, before any resource; passwords of users,
   * which a first preview does not know yet, have stand-ins.
   *
   * @throws ProgramError naming every mistake at the lab's own path.
   */
  static check(config: LabConfig): void {
    emulatorConfig(config, users("unknown", "unknown"));
  }

  private login(name: string, username: string): EmulatorLogin {
    const password = new RandomPassword(`${name}-${username}-password`, {}, { parent: this });
    return { username, password: password.value };
  }

  /** The configuration file: all but the machines. */
  private settings(config: LabConfig): pulumi.Output<string> {
    return pulumi.all([this.administrator.password, this.operator.password]).apply(([admin, ironic]) => {
      const settings = { ...emulatorConfig(config, users(admin, ironic)), machines: [] };
      return JSON.stringify(settings, null, 2);
    });
  }

  /** What of the emulator belongs to one host: its machine file, and the way to its device. */
  private machine(name: string, host: HostConfig, entry: string, holder: pulumi.Resource): pulumi.Resource[] {
    const file = new SecretKey(
      `${name}-machine-${host.name}`,
      {
        secret: { name: emulatorNames.machines, namespace: labNamespace },
        key: `${host.name}.json`,
        text: entry,
      },
      { parent: this, dependsOn: [holder] },
    );
    const devices = devicePeers(host);
    if (devices.length === 0) return [file];
    const policy = devicePolicy({
      name: `${emulatorNames.workload}-${host.name}`,
      namespace: labNamespace,
      labels: emulatorLabels,
      devices,
    });
    return [file, new KubernetesObject(`${name}-device-${host.name}`, policy, { parent: this })];
  }
}

function hash(texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\0")).digest("hex");
}

function users(admin: string, ironic: string): EmulatorUser[] {
  return [
    { username: "admin", password: admin, role: "Administrator" },
    { username: "ironic", password: ironic, role: "Operator" },
  ];
}

function named(
  apiVersion: string,
  kind: string,
  name: string = emulatorNames.workload,
): KubernetesObjectArgs {
  return { apiVersion, kind, metadata: { name, namespace: labNamespace, labels: emulatorLabels } };
}

function secret(name: string, texts: Readonly<Record<string, pulumi.Output<string>>>): KubernetesObjectArgs {
  const data = Object.entries(texts).map(([key, text]) => [
    key,
    text.apply((value) => Buffer.from(value, "utf8").toString("base64")),
  ]);
  const declared = data.length === 0 ? {} : { data: Object.fromEntries(data) };
  return { ...named("v1", "Secret", name), type: "Opaque", ...declared };
}

function certificate({ host }: EmulatorExposure, issuer: string): KubernetesObjectArgs {
  const { workload } = emulatorNames;
  const service = [`${workload}.${labNamespace}.svc`, `${workload}.${labNamespace}.svc.cluster.local`];
  const isAddress = ipaddr.isValid(host);
  const dnsNames = new Set([
    workload,
    `${workload}.${labNamespace}`,
    ...service,
    ...(isAddress ? [] : [host]),
  ]);
  return {
    ...named("cert-manager.io/v1", "Certificate", emulatorNames.tls),
    spec: {
      secretName: emulatorNames.tls,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
      commonName: workload,
      dnsNames: [...dnsNames],
      ...(isAddress ? { ipAddresses: [host] } : {}),
      usages: ["digital signature", "key encipherment", "server auth"],
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    },
  };
}

function volumeClaim({ infra, emulator }: LabConfig): KubernetesObjectArgs {
  const claim = named("v1", "PersistentVolumeClaim", emulatorNames.data);
  return {
    ...claim,
    // local-path binds a volume when its first pod comes, so waiting for it before the pod would be for ever.
    metadata: { ...claim.metadata, annotations: skipAwait() },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: infra.storageClass,
      resources: { requests: { storage: emulator.storage } },
    },
  };
}

function service({ emulator }: LabConfig, { nodePort }: EmulatorExposure): KubernetesObjectArgs {
  const base = named("v1", "Service");
  return {
    ...base,
    // The provider would wait for endpoints, and the pod comes after it.
    metadata: { ...base.metadata, annotations: skipAwait() },
    spec: {
      type: nodePort === undefined ? "ClusterIP" : "NodePort",
      selector: emulatorLabels,
      ports: [
        {
          name: "https",
          protocol: "TCP",
          port: emulator.port,
          targetPort: "https",
          ...(nodePort === undefined ? {} : { nodePort }),
        },
      ],
    },
  };
}

function policy({ infra, emulator }: LabConfig): KubernetesObjectArgs {
  const { address } = infra.provisioning;
  return networkPolicy({
    name: emulatorNames.workload,
    namespace: labNamespace,
    labels: emulatorLabels,
    clients: [`${address}/${address.includes(":") ? 128 : 32}`, ...emulator.allowFrom],
    port: emulatorPort,
    apiServer: emulator.kubernetesView ? address : undefined,
  });
}
