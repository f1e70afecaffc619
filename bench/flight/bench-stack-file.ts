import { type Document, isMap, type YAMLMap } from "yaml";
import type { FlightShape } from "../../tests/flight/lab/flight-shape.ts";
import { editedYaml, flightStackFile, hostsOf } from "../../tests/flight/lab/flight-stack-file.ts";
import type { BenchLab } from "./bench-lab.ts";

/** A role's hosts beyond those of the stack file: their names, and the third byte of their devices' and MACs' network. */
const MORE = {
  "control-plane": { name: "m920q", network: 2 },
  worker: { name: "optiplex", network: 3 },
} as const;
/** Device addresses of added hosts begin behind it. */
const BEFORE_FIRST = 10;
const CLUSTER = ["config", "edge-lab:clusters", 0];

/**
 * The stack file of a case: the flight's one with as many hosts as the case has, each with a device, a MAC and a name of its
 * own, as a copy of the first of its role. Pure.
 *
 * @param original text of Pulumi.sim-spare.yaml.
 */
export function benchStackFile(
  original: string,
  shape: FlightShape,
  kubeconfig: string,
  lab: BenchLab,
): string {
  return editedYaml(flightStackFile(original, shape, kubeconfig), (document) => {
    addHosts(document, "control-plane", lab.controlPlaneHosts, shape.network);
    addHosts(document, "worker", lab.workerHosts, shape.network);
    // One address for each host that boots; ours take none, but the lab's rules want them to be there.
    const dhcp = ["config", "edge-lab:infra", "provisioning", "dhcp"];
    document.setIn([...dhcp, "rangeBegin"], `127.${shape.network}.0.120`);
    document.setIn([...dhcp, "rangeEnd"], `127.${shape.network}.0.239`);
    if (lab.cluster === "all") {
      document.setIn([...CLUSTER, "controlPlane", "replicas"], lab.controlPlaneHosts);
      document.setIn([...CLUSTER, "workers", "replicas"], lab.workerHosts);
    }
    if (lab.cluster === "none") document.deleteIn(["config", "edge-lab:clusters"]);
    document.setIn(["config", "edge-lab:await"], lab.await);
    const modules = lab.await === "none" ? "definitions" : "complete";
    document.setIn(["config", "edge-lab:manifests", "modules"], modules);
  });
}

function addHosts(document: Document, role: keyof typeof MORE, count: number, network: number): void {
  const hosts = hostsOf(document);
  const present = hosts.items.filter((host) => host.get("role") === role);
  const [model] = present;
  if (model === undefined) throw new Error(`the stack file has no host of role ${role} to take as a model`);
  for (let number = present.length + 1; number <= count; number++) {
    hosts.items.push(copyOf(model, role, number, network));
  }
}

function copyOf(model: YAMLMap, role: keyof typeof MORE, number: number, network: number): YAMLMap {
  const { name, network: third } = MORE[role];
  const copy = model.clone();
  if (!isMap(copy)) throw new Error("a host is no mapping");
  const last = BEFORE_FIRST + number;
  const port = String(model.get("address")).split(":")[1];
  copy.set("name", `${name}-${number}`);
  copy.set("address", `127.${network}.${third}.${last}:${port}`);
  // Locally administered.
  copy.set("macs", [`02:00:5e:00:0${third}:${last.toString(16).padStart(2, "0")}`]);
  return copy;
}
