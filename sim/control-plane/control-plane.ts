import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { KubeClient } from "../kubernetes/kube-client.ts";
import type { ProcessSpec, ProcessTable } from "../processes/process-table.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { controlPlanePorts, kubeconfigFile, type SimSettings } from "../settings.ts";
import {
  type ControlPlaneTools,
  kwokctlConfiguration,
  SERVICE_NETWORK_FLAG,
} from "./kwokctl-configuration.ts";
import { endStrayComponents } from "./stray-components.ts";

const CLUSTER = "edge-lab";

/** One process of the control plane, as kwokctl wrote it down in its kwok.yaml. */
interface Component {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  readonly workDir: string;
  readonly envs?: readonly { name: string; value: string }[];
}

/** kwokctl's name of a component and the tool behind it, in the order in which they need each other. */
const COMPONENTS = {
  etcd: "etcd",
  "kube-apiserver": "kube-apiserver",
  "kube-controller-manager": "kube-controller-manager",
  "kube-scheduler": "kube-scheduler",
  "kwok-controller": "kwok",
} as const satisfies Record<string, keyof ControlPlaneTools>;

/** Names of the control plane's processes in the process table, in starting order. */
export const controlPlaneProcesses: readonly string[] = Object.keys(COMPONENTS);

/**
 * The infra cluster's control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok.
 *
 * kwokctl makes it (certificates, arguments, first start). After that its processes are ours: `kwokctl start cluster`
 * goes by bare pid files, needs several runs after a kill -9 and takes whatever process now has the number for its
 * own, so each component is kept by the process table with kwokctl's own arguments. etcd's data stays where it is.
 */
export class ControlPlane {
  readonly #settings: SimSettings;
  readonly #tools: ControlPlaneTools;
  readonly #table: ProcessTable;
  readonly #serviceNetwork: string;
  readonly #workDir: string;

  /** @param serviceNetwork CIDR of a loopback network for Services; decided when the control plane is made. */
  constructor(settings: SimSettings, tools: ControlPlaneTools, table: ProcessTable, serviceNetwork: string) {
    this.#settings = settings;
    this.#tools = tools;
    this.#table = table;
    this.#serviceNetwork = serviceNetwork;
    this.#workDir = join(settings.stateDir, "kwok");
  }

  /**
   * Makes or repairs the control plane and waits until it serves. Returns the names of the processes that had to be
   * started: none on a healthy one.
   * @throws Error when it was made for another network of Services.
   */
  async ensure(
    kubernetesVersion: string,
    progress: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const started: string[] = [];
    if (!existsSync(this.#madeMarker)) {
      progress("making certificates and starting etcd and the API server");
      await this.#create(kubernetesVersion, signal);
      started.push(...controlPlaneProcesses);
    }
    this.#checkServiceNetwork();
    for (const [name, tool] of Object.entries(COMPONENTS)) {
      const outcome = await this.#table.ensure(this.#spec(name, this.#tools[tool]));
      if (outcome.started) {
        progress(`starting ${name}`);
        started.push(name);
      }
      await waitUntil(() => this.#serves(name), {
        what: name,
        timeoutMs: 90_000,
        signal,
        giveUp: () =>
          this.#table.running(name) ? undefined : `it has ended. Its last words:\n${this.#table.tail(name)}`,
      });
    }
    return started;
  }

  /** Ends the control plane's processes; etcd last, so that nothing is left unwritten. */
  async stop(): Promise<void> {
    for (const name of controlPlaneProcesses.toReversed()) await this.#table.stop(name);
  }

  get #madeMarker(): string {
    return join(this.#workDir, "made");
  }

  get #clusterDir(): string {
    return join(this.#workDir, "clusters", CLUSTER);
  }

  /** A first start that was interrupted is begun anew: without the marker nobody has put anything into it yet. */
  async #create(kubernetesVersion: string, signal?: AbortSignal): Promise<void> {
    if (existsSync(this.#clusterDir)) {
      await endStrayComponents(this.#settings);
      rmSync(this.#workDir, { recursive: true, force: true });
    }
    mkdirSync(this.#workDir, { recursive: true });
    rmSync(kubeconfigFile(this.#settings), { force: true });
    const configuration = join(this.#workDir, "kwokctl.yaml");
    writeFileSync(
      configuration,
      kwokctlConfiguration(this.#settings, this.#tools, kubernetesVersion, this.#serviceNetwork),
    );
    const args = ["create", "cluster", "--config", configuration, "--name", CLUSTER];
    args.push("--kubeconfig", kubeconfigFile(this.#settings), "--wait", "90s");
    try {
      await execa(this.#tools.kwokctl, args, {
        env: { HOME: this.#workDir, KWOK_WORKDIR: this.#workDir },
        all: true,
        cancelSignal: signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      const output = (error as { all?: string }).all ?? String(error);
      throw new Error(
        `kwokctl could not create the control plane:\n${output.split("\n").slice(-5).join("\n")}`,
      );
    }
    for (const name of controlPlaneProcesses) {
      const spec = this.#spec(name, this.#tools[COMPONENTS[name as keyof typeof COMPONENTS]]);
      this.#table.adopt(spec, join(this.#clusterDir, "logs", `${name}.log`));
    }
    writeFileSync(this.#madeMarker, "");
  }

  /** kwokctl refers to each binary by a link of its own, which is set right here after a tool has moved. */
  #spec(name: string, binary: string): ProcessSpec {
    const component = this.#components().find((candidate) => candidate.name === name);
    if (!component) throw new Error(`${join(this.#clusterDir, "kwok.yaml")}: no component ${name}`);
    rmSync(component.binary, { force: true });
    symlinkSync(binary, component.binary);
    return {
      name,
      command: component.binary,
      args: component.args,
      cwd: component.workDir,
      env: Object.fromEntries((component.envs ?? []).map(({ name: key, value }) => [key, value])),
      revision: binary,
    };
  }

  /** Addresses are given out once and kept; under another network no Service would be reached. */
  #checkServiceNetwork(): void {
    const apiServer = this.#components().find(({ name }) => name === "kube-apiserver");
    if (apiServer?.args.includes(`--${SERVICE_NETWORK_FLAG}=${this.#serviceNetwork}`)) return;
    throw new Error(
      `The control plane in ${this.#workDir} was not made for Services on ${this.#serviceNetwork}: by an older version, ` +
        "or for another edge-lab:emulator.address. Fix: begin anew after `npm stop -- --purge`.",
    );
  }

  #components(): readonly Component[] {
    const text = readFileSync(join(this.#clusterDir, "kwok.yaml"), "utf8");
    for (const document of parseAllDocuments(text)) {
      const value = document.toJS() as { components?: Component[] } | null;
      if (value?.components) return value.components;
    }
    return [];
  }

  /** Whether a component answers. The controllers have no request to answer; that their process lives says enough. */
  async #serves(name: string): Promise<boolean> {
    if (name === "etcd") return httpOk(controlPlanePorts(this.#settings).etcd, "/health");
    if (name !== "kube-apiserver") return this.#table.running(name) !== undefined;
    const client = new KubeClient(kubeconfigFile(this.#settings));
    try {
      return await client.ready();
    } finally {
      client.close();
    }
  }
}

function httpOk(port: number, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on("error", reject)
      .end();
  });
}
