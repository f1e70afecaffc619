import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { tools } from "../../../components/versions.ts";
import { KubeClient } from "../../../sim/kubernetes/kube-client.ts";
import { MachineNetwork } from "../../../sim/machine/os/machine-network.ts";
import { identify, isAlive, type ProcessIdentity } from "../../../sim/processes/process-identity.ts";
import { ProcessTable } from "../../../sim/processes/process-table.ts";
import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { resolveTools } from "../../../tools/resolver.ts";
import type { InfraNode } from "../infra-node.ts";
import { namespacesOf } from "../support/namespaces-of.ts";
import { bootScript } from "./boot-script.ts";
import { importProgramImage } from "./container-image.ts";
import { removeControlGroups } from "./control-groups.ts";
import { kubeadmConfiguration, makeCertificates } from "./node-certificates.ts";
import { nodeConfiguration, sandboxImage } from "./node-configuration.ts";
import { nodeObjects } from "./node-objects.ts";
import { type NodePrograms, nodeProgramNames, nodeServices } from "./node-services.ts";
import { type NodePaths, type NodeSettings, nodePaths } from "./node-settings.ts";

const processName = "node";
const dns = { imageRepository: "localhost/edge-lab-test", imageTag: tools.coredns.version };

/**
 * A real single-node cluster in namespaces of its own: kubelet, kube-proxy, CoreDNS and a control plane of the pinned versions,
 * the machine's containerd, runc and CNI plugins. It outlives the process that brings it up, and any process can take it down.
 *
 * It needs root. What it makes on the machine: a bridge with a cable, control groups, its processes, its state folder. Mounts,
 * the interfaces of pods and all rules of the firewall are inside of its namespaces and go with them.
 */
export class RealNode implements InfraNode {
  readonly settings: NodeSettings;
  readonly paths: NodePaths;
  readonly #table: ProcessTable;
  readonly #network: MachineNetwork;
  readonly #say: (line: string) => void;
  #programs: NodePrograms | undefined;

  constructor(settings: NodeSettings, say: (line: string) => void = () => undefined) {
    this.settings = settings;
    this.paths = nodePaths(settings);
    this.#table = new ProcessTable(settings.stateDir);
    this.#network = MachineNetwork.of(settings.stateDir, `${settings.hostAddress}/${settings.prefixLength}`);
    this.#say = say;
  }

  get kubeconfig(): string {
    return this.paths.kubeconfig;
  }

  get address(): string {
    return this.settings.nodeAddress;
  }

  get machineAddress(): string {
    return this.settings.hostAddress;
  }

  /** Its cable's other end on this machine: addresses of it are reached from the node. It goes with the node. */
  get bridge(): string {
    return this.#network.bridge;
  }

  /** Words before a command line by which it runs on the node's network, as a pod with hostNetwork does. */
  get onItsNetwork(): readonly string[] {
    const running = this.#table.running(processName);
    if (!running) throw new Error(`the node does not run: ${this.#table.tail(processName)}`);
    return ["nsenter", `--net=/proc/${running.pid}/ns/net`, "--"];
  }

  get ctr(): readonly string[] {
    return ["ctr", "--address", this.paths.socket];
  }

  /**
   * Makes it, or switches it on again, and waits until the node is Ready and its DNS answers.
   * @throws Error before anything is made where another node has its address.
   */
  async up(): Promise<void> {
    this.#requireAddress();
    const programs = await this.programs();
    if (!existsSync(this.paths.kubeconfig)) await this.#prepare(programs);
    await this.#boot();
    await this.#answers();
    this.#say("images of the node's own pods");
    await this.#images(programs);
    // Answers within a time-out are not for sure on a machine that others keep busy; each try does what is missing.
    const addOns = () => this.#addOns(programs).then(() => true);
    await waitUntil(addOns, { what: "the node's add-ons", timeoutMs: 300_000, everyMs: 1000 });
    await this.kubectl("wait", "node", this.settings.name, "--for=condition=Ready", "--timeout=600s");
    await this.kubectl("-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=600s");
  }

  /** A power cut, and power again. @returns when the API server answers; pods may not run yet. */
  async restart(): Promise<void> {
    await this.#powerOff();
    await this.#boot();
    await this.#answers();
  }

  /** Ends it and removes all that is left of it. Safe to call at any time. */
  async down(): Promise<void> {
    await this.#powerOff();
    await this.#network.remove();
    await removeControlGroups(this.settings.name);
    rmSync(this.settings.stateDir, { recursive: true, force: true });
  }

  async kubectl(...args: string[]): Promise<string> {
    return this.kubectlInput("", ...args);
  }

  async kubectlInput(input: string, ...args: string[]): Promise<string> {
    const { kubectl } = await this.programs();
    const options = { input, timeout: 600_000, env: { KUBECONFIG: this.paths.kubeconfig } };
    return (await execa(kubectl, args, options)).stdout;
  }

  /**
   * By what its traces on this machine are known: its folder, its names, and the namespaces that it has while it runs.
   */
  marks(): readonly string[] {
    const first = this.#processOne;
    // All of them at once: the kernel gives a number again once its namespace has gone.
    const namespaces = first === undefined ? [] : [namespacesOf(first.pid).join(" ")];
    const { stateDir, name } = this.settings;
    // The last is where containerd puts pods that have no other control group.
    return [stateDir, name, this.#network.bridge, MachineNetwork.cable(stateDir), ...namespaces, "/k8s.io"];
  }

  /** The programs of the node: downloaded or built as all tools are, none from PATH. */
  async programs(): Promise<NodePrograms> {
    if (this.#programs) return this.#programs;
    const resolved = await resolveTools(nodeProgramNames, {
      notFromPath: "a node runs exactly the pinned versions",
    });
    const paths = Object.fromEntries(resolved.map(({ name, path }) => [name, path]));
    this.#programs = paths as NodePrograms;
    return this.#programs;
  }

  /** The node's process 1, while it runs. */
  get #processOne(): ProcessIdentity | undefined {
    const outer = this.#table.running(processName);
    if (!outer) return undefined;
    const children = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8").trim();
    return children === "" ? undefined : identify(Number(children.split(" ", 1)[0]));
  }

  async #prepare(programs: NodePrograms): Promise<void> {
    const { configuration, cni, varLog, varLib, logs, volumes, bootScript: script } = this.paths;
    for (const folder of [configuration, cni, varLog, varLib, logs, volumes])
      mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(nodeConfiguration(this.settings)))
      writeFileSync(join(name.endsWith(".conflist") ? cni : configuration, name), text);
    writeFileSync(script, bootScript(this.settings, nodeServices(this.settings, programs)));
    const file = this.#kubeadmFile;
    writeFileSync(file, kubeadmConfiguration(this.settings, tools.kubelet.version, dns));
    this.#say("certificates");
    await makeCertificates(this.settings, programs, file);
    chmodSync(this.settings.stateDir, 0o711);
  }

  /** Two bridges of one address would lead requests to this node to the other one. */
  #requireAddress(): void {
    const { hostAddress } = this.settings;
    for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
      if (name === this.#network.bridge || !addresses.some(({ address }) => address === hostAddress))
        continue;
      throw new Error(
        `${hostAddress} is the address of interface ${name}: another checkout's node is up on this machine. End it there: node tests/node/cli.ts down`,
      );
    }
  }

  get #kubeadmFile(): string {
    return join(this.paths.configuration, "kubeadm.yaml");
  }

  async #boot(): Promise<void> {
    this.#say("namespaces, containerd and the control plane");
    const { started, pid } = await this.#table.ensure({
      name: processName,
      command: "unshare",
      args: [
        ...["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"],
        ...["sh", this.paths.bootScript],
      ],
      cwd: this.settings.stateDir,
      inheritEnvironment: false,
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      graceMs: 100,
    });
    // An interrupted start leaves a node that waits for its cable.
    if (!started && existsSync(`/sys/class/net/${MachineNetwork.cable(this.settings.stateDir)}`)) return;
    await waitUntil(() => this.#processOne !== undefined, {
      what: "the node's first process",
      timeoutMs: 30_000,
      giveUp: () => (this.#table.running(processName) ? undefined : this.#table.tail(processName)),
    });
    if (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync("/proc/self/ns/net"))
      throw new Error("the node has no network namespace of its own");
    await this.#network.ensure();
    await this.#network.plug(this.settings.stateDir, pid, "02:00:00:17:00:02");
  }

  async #powerOff(): Promise<void> {
    const first = this.#processOne;
    await this.#table.stop(processName);
    // The kernel has killed everything in the namespaces when their first process is gone.
    if (first) {
      await waitUntil(() => !isAlive(first), { what: "the end of the node's processes", timeoutMs: 30_000 });
    }
  }

  async #answers(): Promise<void> {
    const client = new KubeClient(this.paths.kubeconfig);
    try {
      await waitUntil(() => client.ready(), {
        what: "the node's API server",
        timeoutMs: 600_000,
        everyMs: 250,
        giveUp: () => (this.#table.running(processName) ? undefined : this.#table.tail(processName)),
      });
    } finally {
      client.close();
    }
  }

  async #images({ coredns }: NodePrograms): Promise<void> {
    const [ctr = "ctr", ...address] = this.ctr;
    const has = (await execa(ctr, [...address, "--namespace", "k8s.io", "images", "ls", "-q"])).stdout;
    const images = [
      {
        reference: sandboxImage,
        program: { folder: "/bin", file: "busybox" },
        command: ["sleep", "2147483647"],
      },
      {
        reference: `${dns.imageRepository}/coredns:${dns.imageTag}`,
        program: { folder: dirname(coredns), file: basename(coredns) },
      },
    ];
    for (const image of images)
      if (!has.split("\n").includes(image.reference)) await importProgramImage(image, this.ctr);
  }

  /** The API server's right to ask kubelets, and CoreDNS, as kubeadm makes them; the storage class of a k3s. */
  async #addOns({ kubeadm }: NodePrograms): Promise<void> {
    const { kubeconfig } = this.paths;
    const phase = ["init", "phase", "addon", "coredns", "--config", this.#kubeadmFile];
    await execa(kubeadm, [...phase, "--kubeconfig", kubeconfig], { timeout: 120_000 });
    const one = { spec: { replicas: 1 } };
    await this.kubectl("-n", "kube-system", "patch", "deployment", "coredns", "--patch", JSON.stringify(one));
    await this.kubectlInput(JSON.stringify(nodeObjects), "apply", "-f", "-");
  }
}
