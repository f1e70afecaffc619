import type { ControllerState } from "../../../../../cli/lab/controllers.ts";
import type { SystemReport } from "../../../../../cli/lab/emulator-client.ts";
import { objects } from "../../../../../cli/lab/why/objects.ts";
import type { IronicNode, LabSnapshot } from "../../../../../cli/lab/why/snapshot.ts";
import { bareMetalHost, cluster, healthCheck, machine, metal3Machine, now } from "./real-objects.ts";

/** A lab as its APIs give it, to be changed by a test: a control plane on cp-1, a worker on w-1, w-2 spare. */
export interface RawLab {
  readonly hosts: Map<string, object>;
  readonly machines: Map<string, object>;
  readonly metal3Machines: Map<string, object>;
  clusters: readonly object[];
  healthChecks: readonly object[];
  ironicReady: LabSnapshot["ironicReady"];
  ironic: LabSnapshot["ironic"];
  emulator: LabSnapshot["emulator"];
  readonly nodes: Map<string, IronicNode>;
  readonly systems: Map<string, SystemReport | null>;
  readonly controllers: Map<string, ControllerState>;
}

const namespaces = ["baremetal-operator-system", "capi-system", "capm3-system", "edge-lab"];

export const restingNode: IronicNode = {
  provisionState: "active",
  changedAt: Date.parse("2026-11-27T02:30:03Z"),
  lastError: "",
  maintenance: false,
  maintenanceReason: "",
  agentCalledAt: undefined,
};
const well: SystemReport = { power: "On", health: "OK", resetTypes: [], conditions: [] };

export function wellLab(): RawLab {
  const controllers: readonly (readonly [string, string])[] = [
    ["baremetal-operator-system", "baremetal-operator-controller-manager"],
    ["capi-system", "capi-controller-manager"],
    ["capm3-system", "capm3-controller-manager"],
    ["edge-lab", "redfish-emulator"],
    ["edge-lab", "image-server"],
  ];
  const message = "Deployment has minimum availability.";
  return {
    hosts: new Map([
      [
        "cp-1",
        bareMetalHost({ name: "cp-1", role: "control-plane", state: "provisioned", consumer: "edge-cp-x" }),
      ],
      ["w-1", bareMetalHost({ name: "w-1", state: "provisioned", consumer: "edge-w-x" })],
      ["w-2", bareMetalHost({ name: "w-2" })],
    ]),
    machines: new Map([
      ["edge-w-x", machine({ name: "edge-w-x", node: "w-1" })],
      ["edge-cp-x", machine({ name: "edge-cp-x", controlPlane: true, node: "cp-1" })],
    ]),
    metal3Machines: new Map([
      ["edge-w-x", metal3Machine("edge-w-x", "worker")],
      ["edge-cp-x", metal3Machine("edge-cp-x", "control-plane")],
    ]),
    clusters: [cluster()],
    healthChecks: [healthCheck()],
    ironicReady: { status: "True", reason: "DeploymentAvailable", message: "ironic is available" },
    ironic: { state: "ok" },
    emulator: { state: "ok" },
    nodes: new Map(["cp-1", "w-1", "w-2"].map((name) => [name, restingNode])),
    systems: new Map(["cp-1", "w-1", "w-2"].map((name) => [name, well])),
    controllers: new Map(
      controllers.map(([namespace, name]) => [name, { namespace, name, available: true, message }]),
    ),
  };
}

/** What `lab why` would have read of it, ten minutes being its patience. */
export function snapshotOf(raw: RawLab): LabSnapshot {
  const { ironicReady, ironic, emulator, nodes, systems } = raw;
  return {
    now,
    patience: 10 * 60_000,
    declared: { hosts: ["cp-1", "w-1", "w-2"], clusters: ["edge"] },
    controllers: [...raw.controllers.values()],
    controllerNamespaces: namespaces,
    ironicReady,
    ironic,
    emulator,
    ironicNodes: nodes,
    systems,
    clusters: raw.clusters.map((item) => objects.cluster.parse(item)),
    machines: [...raw.machines.values()].map((item) => objects.machine.parse(item)),
    metal3Machines: [...raw.metal3Machines.values()].map((item) => objects.metal3Machine.parse(item)),
    hosts: [...raw.hosts.values()].map((item) => objects.host.parse(item)),
    healthChecks: raw.healthChecks.map((item) => objects.conditioned.parse(item)),
  };
}
