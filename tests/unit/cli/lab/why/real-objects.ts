/**
 * Objects as Cluster API 1.13, CAPM3 1.13 and the baremetal-operator 0.13 write them, taken from a lab that was up: every
 * field that they set, what a test is not about left as it was.
 */

/** lastTransitionTime of what has been so for a long time, for a snapshot of `now`. */
export const longAgo = "2026-11-27T02:28:46Z";
export const justNow = "2026-11-27T03:59:30Z";
export const now = Date.parse("2026-11-27T04:00:00Z");

type Status = "True" | "False" | "Unknown";
type ConditionText = readonly [status: Status, reason: string, message?: string, since?: string];
export type Conditions = Readonly<Record<string, ConditionText>>;

function conditions(texts: Conditions): object[] {
  return Object.entries(texts).map(([type, [status, reason, message = "", since = longAgo]]) => ({
    lastTransitionTime: since,
    message,
    observedGeneration: 2,
    reason,
    status,
    type,
  }));
}

const clusterLabel = { "cluster.x-k8s.io/cluster-name": "edge" };
const controlPlaneLabels = {
  ...clusterLabel,
  "cluster.x-k8s.io/control-plane": "",
  "cluster.x-k8s.io/control-plane-name": "edge-control-plane",
  "topology.cluster.x-k8s.io/owned": "",
};
const workerLabels = { ...clusterLabel, "topology.cluster.x-k8s.io/deployment-name": "workers" };

export interface HostText {
  readonly name: string;
  readonly role?: "control-plane" | "worker";
  readonly state?: string;
  readonly consumer?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly status?: object;
  readonly created?: string;
}

export function bareMetalHost(text: HostText): object {
  const { name, role = "worker", state = "available", consumer, annotations = {} } = text;
  const image = {
    checksum: "http://127.24.0.1:8088/SHA256SUMS",
    checksumType: "sha256",
    format: "raw",
    url: "http://127.24.0.1:8088/node-v1.34.3.raw",
  };
  const used = consumer === undefined ? {} : { ...clusterLabel };
  return {
    apiVersion: "metal3.io/v1alpha1",
    kind: "BareMetalHost",
    metadata: {
      annotations: { "pulumi.com/deletionPropagationPolicy": "background", ...annotations },
      creationTimestamp: text.created ?? "2026-11-27T02:28:21Z",
      finalizers: ["baremetalhost.metal3.io"],
      generation: 2,
      labels: { ...used, "edge-lab/role": role },
      name,
      namespace: "clusters",
      uid: "80decd74-f448-4a43-9222-bb25ff7fbba0",
    },
    spec: {
      architecture: "x86_64",
      automatedCleaningMode: "metadata",
      bmc: {
        address: `redfish+https://127.24.0.2:8443/redfish/v1/Systems/${name}`,
        credentialsName: `${name}-bmc`,
      },
      bootMACAddress: "00:00:5e:00:53:11",
      bootMode: "UEFI",
      ...(consumer === undefined
        ? {}
        : {
            consumerRef: {
              apiVersion: "infrastructure.cluster.x-k8s.io/v1beta2",
              kind: "Metal3Machine",
              name: consumer,
              namespace: "clusters",
            },
            image,
          }),
      online: true,
      rootDeviceHints: { minSizeGigabytes: 200, model: "SAMSUNG MZVLB256" },
      ...text.spec,
    },
    status: {
      conditions: conditions({ Ready: ["True", "Provisioned"], Healthy: ["True", "Healthy"] }),
      errorCount: 0,
      errorMessage: "",
      hardwareProfile: "unknown",
      lastUpdated: "2026-11-27T02:31:04Z",
      operationHistory: {
        deprovision: { end: null, start: null },
        inspect: { end: "2026-11-27T02:29:12Z", start: "2026-11-27T02:28:45Z" },
        provision: { end: "2026-11-27T02:30:03Z", start: "2026-11-27T02:29:21Z" },
        register: { end: "2026-11-27T02:29:21Z", start: "2026-11-27T02:29:21Z" },
      },
      operationalStatus: "OK",
      poweredOn: true,
      provisioning: { ID: "e296e67b-7e86-48d4-aa06-1af5aaec764f", bootMode: "UEFI", image, state },
      ...text.status,
    },
  };
}

/** A failed operation, as the baremetal-operator records it. */
export function hostError(errorType: string, errorMessage: string): object {
  return { errorCount: 1, errorMessage, errorType, operationalStatus: "error" };
}

const healthyMachine: Conditions = {
  Available: ["True", "Available"],
  Ready: ["True", "Ready"],
  UpToDate: ["True", "UpToDate"],
  BootstrapConfigReady: ["True", "Ready"],
  InfrastructureReady: ["True", "Ready"],
  NodeHealthy: ["True", "NodeHealthy"],
  NodeReady: ["True", "NodeReady"],
  HealthCheckSucceeded: ["True", "HealthCheckSucceeded"],
  Updating: ["False", "NotUpdating"],
  Paused: ["False", "NotPaused"],
  Deleting: ["False", "NotDeleting"],
};
const healthyControlPlane: Conditions = {
  NodeKubeadmLabelsAndTaintsSet: ["True", "Set"],
  EtcdPodHealthy: ["True", "Running"],
  EtcdMemberHealthy: ["True", "Healthy"],
  APIServerPodHealthy: ["True", "Running"],
  ControllerManagerPodHealthy: ["True", "Running"],
  SchedulerPodHealthy: ["True", "Running"],
};

export interface MachineText {
  readonly name: string;
  readonly controlPlane?: boolean;
  readonly node?: string;
  readonly phase?: string;
  readonly conditions?: Conditions;
  readonly deleted?: string;
}

export function machine(text: MachineText): object {
  const { name, controlPlane = false, node, phase = "Running" } = text;
  return {
    apiVersion: "cluster.x-k8s.io/v1beta2",
    kind: "Machine",
    metadata: {
      creationTimestamp: "2026-11-27T02:28:44Z",
      ...(text.deleted === undefined ? {} : { deletionTimestamp: text.deleted }),
      finalizers: ["machine.cluster.x-k8s.io"],
      generation: 3,
      labels: controlPlane ? controlPlaneLabels : workerLabels,
      name,
      namespace: "clusters",
    },
    spec: {
      bootstrap: { configRef: { apiGroup: "bootstrap.cluster.x-k8s.io", kind: "KubeadmConfig", name } },
      clusterName: "edge",
      deletion: { nodeDrainTimeoutSeconds: 600 },
      infrastructureRef: { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "Metal3Machine", name },
      version: "v1.34.3",
    },
    status: {
      conditions: conditions({
        ...healthyMachine,
        ...(controlPlane ? healthyControlPlane : {}),
        ...text.conditions,
      }),
      initialization: { bootstrapDataSecretCreated: true, infrastructureProvisioned: true },
      lastUpdated: "2026-11-27T02:30:14Z",
      ...(node === undefined ? {} : { nodeRef: { name: node } }),
      observedGeneration: 3,
      phase,
    },
  };
}

export function metal3Machine(name: string, role: string, changed: Conditions = {}): object {
  return {
    apiVersion: "infrastructure.cluster.x-k8s.io/v1beta2",
    kind: "Metal3Machine",
    metadata: {
      creationTimestamp: "2026-11-27T02:28:43Z",
      finalizers: ["metal3machine.infrastructure.cluster.x-k8s.io"],
      generation: 2,
      labels: clusterLabel,
      name,
      namespace: "clusters",
    },
    spec: { automatedCleaningMode: "metadata", hostSelector: { matchLabels: { "edge-lab/role": role } } },
    status: {
      conditions: conditions({
        Ready: ["True", "Ready"],
        AssociateBareMetalHost: ["True", "AssociateBareMetalHostSuccess"],
        AssociateMetal3MachineMetaData: ["True", "AssociateMetal3MachineMetaDataSuccess"],
        Metal3DataReady: ["True", "SecretsSetExternally"],
        Paused: ["False", "NotPaused"],
        ...changed,
      }),
      initialization: { provisioned: true },
    },
  };
}

export function cluster(changed: Conditions = {}, spec: object = {}): object {
  return {
    apiVersion: "cluster.x-k8s.io/v1beta2",
    kind: "Cluster",
    metadata: {
      creationTimestamp: "2026-11-27T02:28:38Z",
      finalizers: ["cluster.cluster.x-k8s.io"],
      generation: 3,
      labels: clusterLabel,
      name: "edge",
      namespace: "clusters",
    },
    spec: {
      controlPlaneEndpoint: { host: "172.24.0.50", port: 6443 },
      topology: { classRef: { name: "edge" }, controlPlane: { replicas: 1 }, version: "v1.34.3" },
      ...spec,
    },
    status: {
      conditions: conditions({
        Available: ["True", "Available"],
        RemoteConnectionProbe: ["True", "ProbeSucceeded"],
        InfrastructureReady: ["True", "Ready"],
        ControlPlaneInitialized: ["True", "Initialized"],
        ControlPlaneAvailable: ["True", "Available"],
        WorkersAvailable: ["True", "Available"],
        TopologyReconciled: ["True", "ReconcileSucceeded"],
        RollingOut: ["False", "NotRollingOut"],
        Remediating: ["False", "NotRemediating"],
        Paused: ["False", "NotPaused"],
        Deleting: ["False", "NotDeleting"],
        ...changed,
      }),
      observedGeneration: 3,
      phase: "Provisioned",
    },
  };
}

export function healthCheck(changed: Conditions = {}): object {
  return {
    apiVersion: "cluster.x-k8s.io/v1beta2",
    kind: "MachineHealthCheck",
    metadata: { labels: clusterLabel, name: "edge-workers", namespace: "clusters" },
    spec: { clusterName: "edge", remediation: { triggerIf: { unhealthyLessThanOrEqualTo: 1 } } },
    status: {
      conditions: conditions({
        RemediationAllowed: ["True", "RemediationAllowed"],
        Paused: ["False", "NotPaused"],
        ...changed,
      }),
      currentHealthy: 1,
      expectedMachines: 1,
    },
  };
}
