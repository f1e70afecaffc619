import { join } from "node:path";
import { type AmtDevice, startAmtDevice } from "../../sim/devices/index.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { debianPackages } from "../support/debian-packages.ts";
import { labPorts, NodeLab } from "./node-lab.ts";
import { NodeStandIns } from "./node-stand-ins.ts";
import { nodeUp, ownNode, sharedNode } from "./shared-node.ts";
import { importNginxImage } from "./support/nginx-image.ts";
import { RedfishClient, type RedfishReply } from "./support/redfish-client.ts";

const wait = { timeoutMs: 180_000, everyMs: 500 };

/** The lab's Deployments, which are also the names that their pods are labelled with. */
export type DeployedName = (typeof deployedNames)[number];
const deployedNames = ["redfish-emulator", "image-server"] as const;

/** A lab on the shared node: brought up once in a run, looked at by all tests, and taken down by the last. */
class DeployedLab {
  readonly names = deployedNames;
  readonly lab = new NodeLab(sharedNode);
  /** Of the emulator at the node's address. */
  readonly url = `https://${sharedNode.address}:${labPorts.emulator}`;
  #brought: Promise<string | undefined> | undefined;
  #standIns: NodeStandIns | undefined;
  #device: AmtDevice | undefined;
  #redfish: RedfishClient | undefined;
  #ca = "";

  /** @returns why there can be none, in plain words; undefined when it is up. */
  up(): Promise<string | undefined> {
    this.#brought ??= this.#bring();
    return this.#brought;
  }

  /** The emulator, as its administrator. @throws Error before {@link up}. */
  get redfish(): RedfishClient {
    if (this.#redfish === undefined) throw new Error("the lab is not up");
    return this.#redfish;
  }

  /** The emulator for another login. @param login `user:password` */
  redfishAs(login: string): RedfishClient {
    return new RedfishClient(this.url, this.#ca, login);
  }

  kubectl(...args: string[]): Promise<string> {
    return sharedNode.kubectl("-n", "edge-lab", ...args);
  }

  /** A field of an object. @param path as in JSONPath: `.spec.replicas`. */
  field(kind: string, name: string, path: string): Promise<string> {
    return this.kubectl("get", kind, name, "-o", `jsonpath={${path}}`);
  }

  /** A field of a Deployment's pod. */
  ofPod(name: DeployedName, path: string): Promise<string> {
    const selector = `app.kubernetes.io/name=${name}`;
    return this.kubectl("get", "pods", "-l", selector, "-o", `jsonpath={.items[0]${path}}`);
  }

  restarts(name: DeployedName): Promise<string> {
    return this.ofPod(name, ".status.containerStatuses[0].restartCount");
  }

  /** Waits for a Deployment's pod to be Ready. */
  async available(name: DeployedName): Promise<void> {
    await this.kubectl("rollout", "status", `deployment/${name}`, "--timeout=300s");
  }

  /** Waits for an answer: the pod may be Ready some moments before its port on the node leads to it. */
  answers(path: string, client = this.redfish): Promise<RedfishReply> {
    const answered = async () => {
      const answer = await client.send("GET", path);
      if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    };
    return waitUntil(answered, { ...wait, what: `an answer of ${path}` });
  }

  /** A claim's volume, on this machine's disk. */
  async volumeFolder(claim: string): Promise<string> {
    const volume = await this.field("pvc", claim, ".spec.volumeName");
    // The one or the other, as the provisioner likes it.
    const paths = ["hostPath", "local"].map((source) => this.field("pv", volume, `.spec.${source}.path`));
    return (await Promise.all(paths)).join("");
  }

  /** Asks for a piece of a file of the image server, from outside the pod network. */
  image(name: string, range: string): Promise<Response> {
    const signal = AbortSignal.timeout(20_000);
    return fetch(`http://${sharedNode.address}:${labPorts.images}/${name}`, { headers: { range }, signal });
  }

  /** Ends what runs beside the node. Safe to call again. */
  async close(): Promise<void> {
    if (this.#standIns === undefined) return;
    await this.#standIns.stop();
    await this.#device?.close();
    this.#standIns = undefined;
    this.#device = undefined;
    this.lab.forget();
  }

  async #bring(): Promise<string | undefined> {
    const why = (await debianPackages({ nginx: "nginx-light", "apt-get": "apt" })) ?? (await nodeUp());
    if (why !== undefined) return why;
    // The node is a new one: an interrupted run's state would know of things that it has not.
    if (ownNode) this.lab.forget();
    await importNginxImage(sharedNode.ctr, join(this.lab.folder, "nginx"));
    this.#standIns = new NodeStandIns(sharedNode.kubeconfig, ownNode?.paths.volumes);
    this.#device = await startAmtDevice({ ...this.lab.device, power: "on" });
    await this.lab.up();
    this.#ca = await this.lab.output("certificateAuthority");
    this.#redfish = this.redfishAs(`admin:${await this.lab.output("redfishPassword")}`);
    return undefined;
  }
}

/** The one lab of all tests of a run. */
export const deployedLab = new DeployedLab();

// Whatever failed, nothing is left behind.
after("end what runs beside the node", () => deployedLab.close());
