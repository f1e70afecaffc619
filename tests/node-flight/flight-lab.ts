import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseLabConfig, stackFileConfig } from "../../components/config/index.ts";
import { IronicService } from "../../sim/ironic/ironic-service.ts";
import { type DeviceReport, deviceControl } from "../../sim/lab/device-control.ts";
import { simDevices } from "../../sim/lab/sim-lab.ts";
import { simMachines } from "../../sim/lab/sim-machines.ts";
import { systemCommand } from "../../sim/machine/os/system-command.ts";
import { ProcessTable } from "../../sim/processes/process-table.ts";
import { CaInjector } from "../../sim/standins/ca-injector.ts";
import { IronicOperator } from "../../sim/standins/ironic-operator.ts";
import { NodeImageFiles } from "../../sim/standins/node-image-files.ts";
import { ensureDevices } from "../../sim/steps/devices.ts";
import { ensureMachines, machinesFolder } from "../../sim/steps/machines.ts";
import { pythonEnvironment } from "../../tools/python-environment.ts";
import type { RealNode } from "../node/machine/real-node.ts";
import { labPorts, NodeLab } from "../node/node-lab.ts";
import { NodeStandIns } from "../node/node-stand-ins.ts";
import { IronicName } from "./ironic-name.ts";

const kubernetes = "v1.34.3";
const imageFile = `node-${kubernetes}.raw`;

/**
 * A whole lab on a real node: everything that the program deploys is a pod there. Around it, on this machine, stand the sim's
 * devices and machines, with addresses of their own at the node's cable; the sim's Ironic is on the node's network, where its
 * pod would be.
 *
 * One host behind AMT becomes a cluster's control plane, one behind a plug is nobody's.
 */
export class FlightLab {
  readonly #node: RealNode;
  readonly #lab: NodeLab;
  readonly #table: ProcessTable;
  #standIns: NodeStandIns | undefined;

  constructor(node: RealNode) {
    this.#node = node;
    this.#lab = new NodeLab(node, { stack: "node-flight", complete: true });
    this.#table = new ProcessTable(this.#lab.settings.stateDir);
  }

  /** Of scratch, too. */
  get folder(): string {
    return this.#lab.folder;
  }

  /** Where hosts download the one node image, and its sums. */
  get image() {
    const server = `http://${this.#node.address}:${labPorts.images}`;
    return { url: `${server}/${imageFile}`, sha256: `${server}/SHA256SUMS` } as const;
  }

  /** Everything that is there before Pulumi. */
  async surround(): Promise<void> {
    const { settings } = this.#lab;
    const config = parseLabConfig(stackFileConfig(this.#lab.stackFile(this.#changes)), { mode: "up" });
    const devices = simDevices(config);
    const machines = simMachines(config, devices);
    const addresses = [
      ...devices.map(({ host }) => host),
      ...machines.machines.map(({ agentAddress }) => agentAddress),
    ];
    for (const address of addresses)
      await systemCommand("ip", ["address", "replace", `${address}/32`, "dev", this.#node.bridge]);
    await ensureDevices(settings, devices, this.#table);
    const ironic = { folder: join(this.folder, "ironic"), python: await pythonEnvironment("ironic") };
    // The authority that Ironic is given for BMCs signs its own certificate too.
    const caFile = join(ironic.folder, "bmc-ca.crt");
    await ensureMachines(settings, machines, this.#table, { caFile });
    const { projectDir } = settings;
    const service = new IronicService({
      ...ironic,
      projectDir,
      table: this.#table,
      wrapper: this.#node.onItsNetwork,
    });
    const served = { namespace: "edge-lab", name: "image-server" };
    const { kubeconfig, paths } = this.#node;
    this.#standIns = new NodeStandIns(kubeconfig, paths.volumes, (client, log) => [
      new CaInjector(client, log),
      new NodeImageFiles(client, served, [{ file: imageFile, kubernetes }], log),
      new IronicOperator({ client, log, ironic: service }),
      new IronicName(client),
    ]);
  }

  /**
   * `pulumi up`, which ends when the cluster's first machine is provisioned. As a person would, it is asked to go on where the
   * API server of a machine that others keep busy did not answer in the half minute that Pulumi's provider gives it.
   */
  async up(): Promise<void> {
    for (let left = 3; ; left--) {
      try {
        await this.#lab.up(this.#changes);
        return;
      } catch (error) {
        if (left === 0 || !(error instanceof Error && /Client\.Timeout exceeded/.test(error.message)))
          throw error;
      }
    }
  }

  /** `pulumi destroy`. */
  destroy(): Promise<void> {
    return this.#lab.destroy();
  }

  /** Names of all that runs on this machine for it. */
  processes(): string[] {
    return this.#table.list().flatMap(({ name }) => (this.#table.running(name) ? [name] : []));
  }

  /** What a device was asked, and its power. */
  device(name: string): Promise<DeviceReport> {
    return deviceControl(this.#lab.settings, "GET", `/devices/${name}`);
  }

  /** What happened to a machine, one word each. */
  events(name: string): string[] {
    const file = join(machinesFolder(this.#lab.settings), name, "events.jsonl");
    return readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { what: string }).what);
  }

  /** The last words of all that runs here. */
  lastWords(): string {
    const processes = this.#table.list().map(({ name }) => `${name}:\n${this.#table.tail(name, 8)}`);
    return [...processes, ...(this.#standIns?.log.slice(-20) ?? [])].join("\n");
  }

  /** Ends all of it but what is on the node. */
  async end(): Promise<void> {
    await this.#standIns?.stop();
    for (const { name } of this.#table.list()) await this.#table.stop(name);
    this.#lab.forget();
  }

  get #changes(): Readonly<Record<string, unknown>> {
    const network = this.#node.address.replace(/\.\d+$/, "");
    const login = { username: "admin", password: "Simulated-1" };
    const changes = {
      hosts: [
        {
          name: "m920q-1",
          role: "control-plane",
          driver: "amt",
          address: `${network}.11`,
          // As in Pulumi.sim.yaml: simulated machines boot faster.
          cacheSeconds: 5,
          options: { actionGapSeconds: 1 },
          macs: ["00:00:5e:00:53:11"],
          rootDeviceHints: { deviceName: "/dev/nvme0n1" },
        },
        {
          name: "optiplex-1",
          role: "worker",
          driver: "tapo",
          address: `${network}.21`,
          macs: ["00:00:5e:00:53:21"],
          rootDeviceHints: { deviceName: "/dev/sda" },
        },
      ],
      credentials: { defaults: { amt: login, tapo: login } },
      clusters: [
        {
          name: "edge",
          endpoint: { host: "172.30.42.50", interface: "eth0" },
          controlPlane: { replicas: 1, untainted: true },
          workers: { replicas: 0 },
          network: { pods: ["10.244.0.0/16"], services: ["10.96.0.0/16"] },
          cni: { type: "manifest", file: "sim/pod-network.yaml" },
        },
      ],
      nodeImage: {
        serve: { enabled: true, port: labPorts.images, size: "1Gi" },
        images: { [kubernetes]: this.image },
      },
      manifests: { source: "modules", modules: "complete" },
      await: "provisioned",
    };
    return Object.fromEntries(Object.entries(changes).map(([key, value]) => [`edge-lab:${key}`, value]));
  }
}
