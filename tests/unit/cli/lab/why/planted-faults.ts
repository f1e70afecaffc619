import {
  bareMetalHost,
  type Conditions,
  cluster,
  type HostText,
  healthCheck,
  hostError,
  justNow,
  longAgo,
  type MachineText,
  machine,
  metal3Machine,
} from "./real-objects.ts";
import { type RawLab, restingNode } from "./well-lab.ts";

export interface PlantedFault {
  /** The cause that has to be named first. */
  readonly id: string;
  readonly subject?: string;
  readonly plant: (lab: RawLab) => void;
}

const setHost = (lab: RawLab, text: HostText): unknown => lab.hosts.set(text.name, bareMetalHost(text));
const worker = (lab: RawLab, changed: Conditions, more: Partial<MachineText> = {}): unknown =>
  lab.machines.set("edge-w-x", machine({ name: "edge-w-x", node: "w-1", conditions: changed, ...more }));
const usedHost = { name: "w-1", state: "provisioned", consumer: "edge-w-x" } as const;
const failing = (lab: RawLab, state: string, type: string, message: string): unknown =>
  setHost(lab, { ...usedHost, state, status: { ...hostError(type, message), provisioning: { state } } });
const node = (lab: RawLab, changed: Partial<typeof restingNode>): unknown =>
  lab.nodes.set("w-1", { ...restingNode, ...changed });
const down = (lab: RawLab, name: string): void => {
  const controller = lab.controllers.get(name);
  const message = "Deployment does not have minimum availability.";
  if (controller) lab.controllers.set(name, { ...controller, available: false, message });
};
const device = (lab: RawLab, key: string, message: string, health = "Warning"): unknown =>
  lab.systems.set("w-1", {
    power: "On",
    health,
    resetTypes: [],
    conditions: [{ id: `Base.1.22.${key}`, message, resolution: "None." }],
  });
/** A worker for which CAPM3 finds no host since `since`. */
const withoutHost = (lab: RawLab, message = "no available host found. Requeuing", since = longAgo): void => {
  const changed: Conditions = {
    AssociateBareMetalHost: ["False", "AssociateBareMetalHostFailed", message, since],
  };
  lab.metal3Machines.set("edge-w-x", metal3Machine("edge-w-x", "worker", changed));
  lab.hosts.delete("w-1");
  worker(
    lab,
    { InfrastructureReady: ["False", "NotReady", message] },
    { node: undefined, phase: "Provisioning" },
  );
};

/** One for each cause: what the real programs write when it is at work. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    id: "controller-missing",
    plant: (lab) => lab.controllers.delete("capm3-controller-manager"),
  },
  { id: "emulator-down", plant: (lab) => down(lab, "redfish-emulator") },
  { id: "image-server-down", plant: (lab) => down(lab, "image-server") },
  { id: "controller-down", plant: (lab) => down(lab, "capi-controller-manager") },
  {
    id: "ironic-not-ready",
    plant: (lab) => {
      lab.ironicReady = {
        status: "False",
        reason: "DeploymentFailed",
        message: "secret ironic-tls not found",
      };
    },
  },
  {
    id: "ironic-refuses",
    plant: (lab) => {
      const problem = "Ironic at https://127.24.0.1:6385 refuses the login of Secret ironic-api (HTTP 401)";
      lab.ironic = { state: "refused", problem, fix: "let Ironic read its Secret again" };
    },
  },
  {
    id: "emulator-refuses",
    plant: (lab) => {
      const problem = "the emulator refuses the login of Secret redfish-emulator-credentials (HTTP 401)";
      lab.emulator = { state: "refused", problem, fix: "let the emulator read its files again" };
    },
  },
  {
    id: "cluster-absent",
    plant: (lab) => {
      lab.clusters = [];
      lab.machines.clear();
    },
  },
  {
    id: "cluster-paused",
    plant: (lab) => {
      lab.clusters = [
        cluster({ Paused: ["True", "Paused", "Cluster spec.paused is set to true"] }, { paused: true }),
      ];
    },
  },
  {
    id: "image-missing",
    plant: (lab) => {
      const message =
        'error reconciling the Cluster topology: failed to create patch helper for Metal3MachineTemplate/edge-x: server side apply dry-run failed for modified object: Metal3MachineTemplate.infrastructure.cluster.x-k8s.io "edge-x" is invalid: spec.template.spec.image: Invalid value: "null": spec.template.spec.image in body must be of type object: "null"';
      lab.clusters = [cluster({ TopologyReconciled: ["False", "ReconcileFailed", message] })];
    },
  },
  {
    id: "topology-refused",
    plant: (lab) => {
      const message =
        'error reconciling the Cluster topology: failed to create KubeadmControlPlane/edge-control-plane: admission webhook "validation.kubeadmcontrolplane.controlplane.cluster.x-k8s.io" denied the request: KubeadmControlPlane is invalid: spec.replicas: Forbidden: cannot be 0 when cluster is using etcd managed by KubeadmControlPlane';
      lab.clusters = [cluster({ TopologyReconciled: ["False", "ReconcileFailed", message] })];
    },
  },
  {
    id: "class-not-ready",
    plant: (lab) => {
      const message =
        "ClusterClass not reconciled. If this condition persists please check ClusterClass status.";
      lab.clusters = [cluster({ TopologyReconciled: ["False", "ClusterClassNotReconciled", message] })];
    },
  },
  {
    id: "deletion-stuck",
    plant: (lab) => {
      const message = "* Control plane Machines: edge-cp-x";
      lab.clusters = [cluster({ Deleting: ["True", "WaitingForControlPlaneDeletion", message] })];
    },
  },
  {
    id: "api-unreachable",
    plant: (lab) => {
      const message = "Remote connection probe failed, probe last succeeded at 2026-11-27T03:40:00Z";
      lab.clusters = [cluster({ RemoteConnectionProbe: ["False", "ProbeFailed", message] })];
    },
  },
  {
    id: "not-available",
    plant: (lab) => {
      lab.clusters = [cluster({ Available: ["False", "NotAvailable", "* ControlPlaneAvailable: odd"] })];
    },
  },
  {
    id: "too-many-unhealthy",
    plant: (lab) => {
      const message =
        "Remediation is not allowed, the number of not started or unhealthy machines exceeds maxUnhealthy (total: 3, unhealthy: 2, maxUnhealthy: 1)";
      lab.healthChecks = [healthCheck({ RemediationAllowed: ["False", "TooManyUnhealthy", message] })];
    },
  },
  { id: "system-unknown", subject: "w-1", plant: (lab) => lab.systems.set("w-1", null) },
  {
    id: "device-compatibility-off",
    subject: "w-1",
    plant: (lab) =>
      device(
        lab,
        "AccessDenied",
        "While attempting to establish a connection to '192.0.2.21', the service denied access. 192.0.2.21 refuses handshakes (HTTP 403): in the Tapo app switch Me > Third-Party Services > Third-Party Compatibility off and on again",
        "Critical",
      ),
  },
  {
    id: "device-login-refused",
    subject: "w-1",
    plant: (lab) =>
      device(
        lab,
        "AccessDenied",
        "While attempting to establish a connection to '192.0.2.11', the service denied access. 192.0.2.11: login refused: user name or password wrong",
        "Critical",
      ),
  },
  {
    id: "device-silent",
    subject: "w-1",
    plant: (lab) => {
      device(
        lab,
        "CouldNotEstablishConnection",
        "The service failed to establish a connection with the URI '192.0.2.21'. 192.0.2.21 did not answer within 15 s. The power state shown is 340 s old.",
      );
      // What follows from it is not what is told first.
      failing(lab, "provisioned", "power management error", "Failed to set node power state to power on.");
    },
  },
  {
    id: "device-did-not-follow",
    subject: "w-1",
    plant: (lab) =>
      device(
        lab,
        "UndeterminedFault",
        "An undetermined fault condition was reported by '192.0.2.21'. It accepted On, but the machine did not come to the wished state.",
      ),
  },
  {
    id: "device-fault",
    subject: "w-1",
    plant: (lab) => device(lab, "UndeterminedFault", "An undetermined fault condition was reported by 'x'."),
  },
  { id: "host-absent", subject: "w-2", plant: (lab) => lab.hosts.delete("w-2") },
  {
    id: "host-paused",
    subject: "w-2",
    plant: (lab) => setHost(lab, { name: "w-2", annotations: { "baremetalhost.metal3.io/paused": "" } }),
  },
  {
    id: "host-detached",
    subject: "w-2",
    plant: (lab) => {
      const value = '{"deleteAction":"delete","force":true}';
      setHost(lab, { name: "w-2", annotations: { "baremetalhost.metal3.io/detached": value } });
    },
  },
  {
    id: "host-given-up",
    subject: "w-2",
    plant: (lab) =>
      setHost(lab, { name: "w-2", annotations: { "capm3.metal3.io/unhealthy": "capm3/UnhealthyNode" } }),
  },
  {
    id: "bmc-secret-missing",
    plant: (lab) =>
      failing(
        lab,
        "registering",
        "registration error",
        "BMC CredentialsName secret doesn't exist The BMC secret w-1-bmc does not exist",
      ),
  },
  {
    id: "mac-conflict",
    plant: (lab) =>
      failing(
        lab,
        "registering",
        "registration error",
        "MAC address 00:00:5e:00:53:11 conflicts with existing node clusters~cp-1",
      ),
  },
  {
    id: "emulator-untrusted",
    plant: (lab) =>
      failing(
        lab,
        "registering",
        "registration error",
        "Failed to get power state for node 4f1c. Error: Redfish exception occurred. Error: Unable to connect to https://127.24.0.2:8443/redfish/v1/. Error: HTTPSConnectionPool(host='127.24.0.2', port=8443): Max retries exceeded with url: /redfish/v1/ (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1016)')))",
      ),
  },
  {
    id: "bmc-login-refused",
    plant: (lab) =>
      failing(
        lab,
        "registering",
        "registration error",
        "Failed to get power state for node 4f1c. Error: Redfish exception occurred. Error: HTTP GET https://127.24.0.2:8443/redfish/v1/Systems/w-1 returned code 401. Base.1.22.NoValidSession: There is no valid session established with the implementation.",
      ),
  },
  {
    id: "emulator-unreachable",
    plant: (lab) =>
      failing(
        lab,
        "registering",
        "registration error",
        "Failed to get power state for node 4f1c. Error: Redfish exception occurred. Error: Unable to connect to https://127.24.0.2:8443/redfish/v1/. Error: HTTPSConnectionPool(host='127.24.0.2', port=8443): Max retries exceeded with url: /redfish/v1/ (Caused by NewConnectionError('[Errno 111] Connection refused'))",
      ),
  },
  {
    id: "inspection-timed-out",
    plant: (lab) =>
      failing(lab, "inspecting", "inspection error", "timeout reached while inspecting the node"),
  },
  {
    id: "no-disk-fits",
    plant: (lab) =>
      failing(
        lab,
        "provisioning",
        "provisioning error",
        "Image provisioning failed: Agent returned error for deploy step {'step': 'write_image', 'priority': 80, 'argsinfo': None, 'interface': 'deploy'} on node 4f1c : {'type': 'DeviceNotFound', 'code': 404, 'message': 'Error finding the disk or partition device to deploy the image onto', 'details': \"No suitable device was found for deployment using these hints {'size': '>= 107374182400'}\"}.",
      ),
  },
  {
    id: "checksum-mismatch",
    plant: (lab) =>
      failing(
        lab,
        "provisioning",
        "provisioning error",
        "Image provisioning failed: Agent returned error for deploy step {'step': 'write_image'} on node 4f1c : {'type': 'ImageChecksumError', 'code': 500, 'message': 'Error verifying image checksum', 'details': 'Image failed to verify against checksum. location: /dev/sda; image ID: node-v1.34.3.raw; image checksum: 11aa; verification checksum: 22bb'}.",
      ),
  },
  {
    id: "image-not-served",
    plant: (lab) =>
      failing(
        lab,
        "provisioning",
        "provisioning error",
        "Image provisioning failed: Agent returned error for deploy step {'step': 'write_image'} on node 4f1c : {'type': 'ImageDownloadError', 'code': 500, 'message': 'Error downloading image.', 'details': 'Download of image node-v1.34.3.raw failed: Received status code 404 from http://127.24.0.1:8088/node-v1.34.3.raw, expected 200.'}.",
      ),
  },
  {
    id: "agent-timed-out",
    plant: (lab) =>
      failing(
        lab,
        "provisioning",
        "provisioning error",
        "Image provisioning failed: Timeout reached while waiting for callback for node 4f1c",
      ),
  },
  {
    id: "power-failed",
    plant: (lab) =>
      failing(lab, "provisioned", "power management error", "Failed to set node power state to power on."),
  },
  {
    id: "adoption-failed",
    plant: (lab) =>
      failing(
        lab,
        "provisioned",
        "provisioned registration error",
        "Host adoption failed: Error while attempting to adopt node 4f1c: odd.",
      ),
  },
  {
    id: "cleaning-failed",
    plant: (lab) =>
      failing(
        lab,
        "preparing",
        "preparation error",
        "Agent returned error for clean step {'step': 'erase_devices_metadata'} on node 4f1c : odd.",
      ),
  },
  { id: "host-error", plant: (lab) => failing(lab, "provisioned", "detach error", "odd") },
  {
    id: "host-delayed",
    subject: "w-2",
    plant: (lab) =>
      setHost(lab, { name: "w-2", state: "inspecting", status: { operationalStatus: "delayed" } }),
  },
  {
    id: "host-switched-off",
    plant: (lab) => setHost(lab, { ...usedHost, spec: { online: false } }),
  },
  {
    id: "host-not-registered",
    subject: "w-2",
    plant: (lab) => {
      setHost(lab, { name: "w-2", status: { provisioning: { state: "" } } });
      lab.nodes.delete("w-2");
    },
  },
  {
    id: "node-login-refused",
    plant: (lab) =>
      node(lab, {
        maintenance: true,
        maintenanceReason:
          "During sync_power_state, max retries exceeded for node 4f1c, node state None does not match expected state 'power on'. Updating DB state to 'None' Switching node to maintenance mode. Error: Redfish exception occurred. Error: HTTP GET https://127.24.0.2:8443/redfish/v1/Systems/w-1 returned code 401. Base.1.22.AccessUnauthorized: Unauthorized.",
      }),
  },
  {
    id: "node-in-maintenance",
    plant: (lab) =>
      node(lab, {
        maintenance: true,
        maintenanceReason:
          "During sync_power_state, max retries exceeded for node 4f1c, node state None does not match expected state 'power on'.",
      }),
  },
  {
    id: "clean-failed-silently",
    plant: (lab) => {
      setHost(lab, { ...usedHost, status: { provisioning: { state: "provisioning" } } });
      node(lab, { provisionState: "clean failed", lastError: "Agent returned error for clean step: odd" });
    },
  },
  {
    id: "agent-fell-silent",
    plant: (lab) =>
      node(lab, {
        provisionState: "wait call-back",
        changedAt: Date.parse("2026-11-27T03:40:00Z"),
        // It writes the image, which Ironic has told it in its answer: the state is newer than the call.
        agentCalledAt: Date.parse("2026-11-27T03:39:58Z"),
      }),
  },
  {
    id: "agent-never-called",
    plant: (lab) =>
      node(lab, { provisionState: "wait call-back", changedAt: Date.parse("2026-11-27T03:40:00Z") }),
  },
  {
    id: "clean-never-began",
    plant: (lab) =>
      node(lab, { provisionState: "clean wait", changedAt: Date.parse("2026-11-27T03:40:00Z") }),
  },
  {
    id: "inspection-never-came",
    plant: (lab) =>
      node(lab, { provisionState: "inspect wait", changedAt: Date.parse("2026-11-27T03:40:00Z") }),
  },
  {
    id: "no-host-of-that-role",
    plant: (lab) => {
      withoutHost(lab);
      setHost(lab, { name: "w-2", role: "control-plane" });
    },
  },
  {
    id: "spare-host-broken",
    plant: (lab) => {
      withoutHost(lab);
      setHost(lab, { name: "w-2", status: hostError("inspection error", "odd") });
    },
  },
  {
    id: "hosts-all-used",
    plant: (lab) => {
      withoutHost(lab, undefined, justNow);
      setHost(lab, { name: "w-2", state: "provisioned", consumer: "other-w-y" });
    },
  },
  {
    id: "hosts-not-ready",
    plant: (lab) => {
      withoutHost(lab);
      setHost(lab, { name: "w-2", state: "inspecting" });
    },
  },
  {
    id: "host-not-taken",
    plant: (lab) =>
      withoutHost(lab, "failed to patch BareMetalHost clusters/w-2: Internal error: failed calling webhook"),
  },
  {
    id: "drain-blocked",
    plant: (lab) => {
      const message =
        "Drain not completed yet (started at 2026-11-27T03:59:00Z):\n* Pod default/web-0: cannot evict pod as it would violate the pod's disruption budget. The disruption budget web needs 1 healthy pods and has 1 currently";
      worker(
        lab,
        { Deleting: ["True", "DrainingNode", message, justNow] },
        { phase: "Deleting", deleted: justNow },
      );
    },
  },
  {
    id: "removal-stuck",
    plant: (lab) => {
      const message = "Metal3Machine.infrastructure.cluster.x-k8s.io edge-w-x is still being deleted";
      const changed: Conditions = { Deleting: ["True", "WaitingForInfrastructureDeletion", message] };
      worker(lab, changed, { phase: "Deleting", deleted: longAgo });
    },
  },
  {
    id: "infrastructure-gone",
    plant: (lab) => {
      lab.metal3Machines.delete("edge-w-x");
      const message = "Metal3Machine has been deleted while the Machine still exists";
      worker(lab, { InfrastructureReady: ["False", "Deleted", message, justNow] });
    },
  },
  {
    id: "waits-for-control-plane",
    plant: (lab) => {
      const message = "Waiting for Cluster control plane to be initialized";
      worker(lab, { BootstrapConfigReady: ["False", "NotReady", message] }, { phase: "Pending" });
    },
  },
  {
    id: "no-cloud-config",
    plant: (lab) => {
      const message = "Please check controller logs for errors";
      worker(lab, { BootstrapConfigReady: ["False", "InternalError", message] }, { phase: "Pending" });
    },
  },
  {
    id: "node-never-came",
    plant: (lab) => {
      const message = "Waiting for a Node with spec.providerID metal3://clusters/w-1/edge-w-x to exist";
      const changed: Conditions = { NodeHealthy: ["Unknown", "InspectionFailed", message] };
      worker(lab, changed, { node: undefined, phase: "Provisioned" });
    },
  },
  {
    id: "no-pod-network",
    plant: (lab) => {
      const message =
        "* Node.Ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";
      worker(lab, { NodeHealthy: ["False", "NodeNotHealthy", message, justNow] });
    },
  },
  {
    id: "kubelet-silent",
    plant: (lab) => {
      const message = "* Node.AllConditions: Kubelet stopped posting node status.";
      worker(lab, { NodeHealthy: ["Unknown", "NodeHealthyUnknown", message, justNow] });
    },
  },
  {
    id: "node-under-pressure",
    plant: (lab) => {
      const message = "* Node.DiskPressure: kubelet has disk pressure";
      worker(lab, { NodeHealthy: ["False", "NodeNotHealthy", message, justNow] });
    },
  },
  {
    id: "etcd-unhealthy",
    plant: (lab) => {
      const changed: Conditions = {
        EtcdMemberHealthy: ["False", "NotHealthy", "Etcd reports alarms: NOSPACE"],
      };
      const text = { name: "edge-cp-x", controlPlane: true, node: "cp-1", conditions: changed };
      lab.machines.set("edge-cp-x", machine(text));
    },
  },
  {
    id: "control-plane-pod-failing",
    plant: (lab) => {
      const message = "CrashLoopBackOff: back-off 5m0s restarting failed container=kube-scheduler";
      const changed: Conditions = { SchedulerPodHealthy: ["False", "Failed", message] };
      const text = { name: "edge-cp-x", controlPlane: true, node: "cp-1", conditions: changed };
      lab.machines.set("edge-cp-x", machine(text));
    },
  },
  {
    id: "node-not-healthy",
    plant: (lab) =>
      worker(lab, { NodeHealthy: ["False", "NodeNotHealthy", "* Node.Ready: PLEG is not healthy"] }),
  },
];
