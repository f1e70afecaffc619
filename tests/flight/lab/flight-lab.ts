import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Document, parseDocument } from "yaml";
import type { HostRow } from "../../../cli/lab/host-rows.ts";
import { ProcessTable } from "../../../sim/processes/process-table.ts";
import { kubeconfigFile } from "../../../sim/settings.ts";
import { type Outcome, TestLab } from "../../support/test-lab.ts";
import type { Placement } from "../checks/own-hosts.ts";
import type { FlightShape } from "./flight-shape.ts";
import { editedYaml, flightStackFile, hostsOf } from "./flight-stack-file.ts";
import { MachineRoom } from "./machine-room.ts";

/** Where everything of a flight lies, relative to the project. */
const FLIGHTS = join(".edge-lab", "flight");

export interface FlightLabOptions {
  /** Its lab runs from an earlier flight; then the stack file is left as it is. */
  readonly resume?: boolean;
  /** Makes its stack file out of the text of Pulumi.sim-spare.yaml; flightStackFile if left out. */
  readonly stackFile?: typeof flightStackFile;
}

/** A command of a user's did not end as it should. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/**
 * The sim of a flight: real controllers, real Ironic and simulated machines of the shape that stories ask for, driven as
 * a person would: stack file, `npm start`, `pulumi`, `kubectl`, `lab`, and what can be done to machines behind their backs.
 */
export class FlightLab extends TestLab {
  readonly shape: FlightShape;
  readonly machines: MachineRoom;
  readonly processes: ProcessTable;
  readonly #stackFileOf: (projectDir: string, kubeconfig: string) => string;

  constructor(
    shape: FlightShape,
    { resume = false, stackFile: make = flightStackFile }: FlightLabOptions = {},
  ) {
    const stackFile = (projectDir: string, kubeconfig: string): string =>
      make(readFileSync(join(projectDir, "Pulumi.sim-spare.yaml"), "utf8"), shape, kubeconfig);
    super({ name: `flight-${shape.name}`, firstPort: shape.firstPort, resume, stackFile });
    this.shape = shape;
    this.#stackFileOf = stackFile;
    this.machines = new MachineRoom(this.settings);
    this.processes = new ProcessTable(this.settings.stateDir);
  }

  /** A folder of the project's flights that outlives the lab, for records and reports. */
  get folder(): string {
    const folder = join(this.settings.projectDir, FLIGHTS, this.shape.name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  get logs(): string {
    return join(this.settings.stateDir, "logs");
  }

  /** `npm start`. @throws CommandFailure with its last words. */
  async up(): Promise<string> {
    return this.#passed("npm start", await this.sim(["up"]));
  }

  /** `pulumi up --yes`. @throws CommandFailure. */
  async pulumiUp(): Promise<string> {
    return this.#passed("pulumi up", await this.pulumi("up", ["--yes", "--skip-preview"]));
  }

  /** `npm stop -- --purge`, and the stack file as the shape says: as if nothing had ever been. @throws CommandFailure. */
  async beginAnew(): Promise<void> {
    const { projectDir, stateDir, configFile } = this.settings;
    await this.remove();
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(configFile, this.#stackFileOf(projectDir, kubeconfigFile(this.settings)));
  }

  /** `npm stop -- --purge`: nothing is left but the folder of records. @throws CommandFailure. */
  async remove(): Promise<void> {
    this.#passed("npm stop -- --purge", await this.sim(["down", "--purge"]));
    this.forgetEnvironment();
    rmSync(this.settings.configFile, { force: true });
  }

  /** Copies the logs of everything to the flight's folder, where they outlive the lab; returns where. */
  keepLogs(name: string): string {
    const to = join(this.folder, `logs-${name}`);
    rmSync(to, { recursive: true, force: true });
    if (existsSync(this.logs)) cpSync(this.logs, to, { recursive: true });
    return to;
  }

  async isUp(): Promise<boolean> {
    return (await this.status()).state === "up";
  }

  /** Changes the stack file by its structure, as a user's editor would: comments stay. */
  editStack(change: (document: Document) => void): void {
    this.edit((text) => editedYaml(text, change));
  }

  /** The stack file's text, to put back later. */
  stackFile(): string {
    return readFileSync(this.settings.configFile, "utf8");
  }

  /** Names of the declared hosts of a role, in their order. */
  hosts(role?: "control-plane" | "worker"): string[] {
    const hosts = hostsOf(parseDocument(this.stackFile()));
    return hosts.items
      .filter((host) => role === undefined || host.get("role") === role)
      .map((host) => String(host.get("name")));
  }

  /** The Kubernetes version that the stack file asks for. */
  version(): string {
    return String(parseDocument(this.stackFile()).getIn(["config", "edge-lab:kubernetes", "version"]));
  }

  /** `lab …` for this lab. @throws CommandFailure. */
  async lab(...args: string[]): Promise<string> {
    return this.#passed(`lab ${args.join(" ")}`, await this.labOutcome(...args));
  }

  /** `lab hosts --json`. */
  async hostRows(): Promise<readonly HostRow[]> {
    return (JSON.parse(await this.lab("hosts", "--json")) as { hosts: HostRow[] }).hosts;
  }

  /** Which host each machine of the lab's clusters is on. */
  async placements(): Promise<Placement[]> {
    return (await this.hostRows()).flatMap(({ host, cluster, machine }) =>
      cluster === null || machine === null ? [] : [{ host, cluster, machine }],
    );
  }

  /** `kubectl` in a workload cluster, with the kubeconfig that `lab kubeconfig` writes. */
  async inCluster(cluster: string, ...args: string[]): Promise<string> {
    const file = join(this.settings.stateDir, `${cluster}.kubeconfig`);
    await this.lab("kubeconfig", cluster, "--output", file);
    return this.kubectl("--kubeconfig", file, ...args);
  }

  /** Names of a cluster's nodes that are Ready, sorted. */
  async readyNodes(cluster: string): Promise<string[]> {
    const ready =
      '{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
    const lines = (await this.inCluster(cluster, "get", "nodes", "-o", `jsonpath=${ready}`)).split("\n");
    return lines.flatMap((line) => (line.endsWith("=True") ? [line.slice(0, -"=True".length)] : [])).sort();
  }

  /** Kills a process of the sim at once and waits until it is gone. @throws Error when it does not run. */
  async kill(name: string): Promise<void> {
    const running = this.processes.running(name);
    if (running === undefined) throw new Error(`${name} does not run, so it cannot be killed`);
    process.kill(running.pid, "SIGKILL");
    while (this.processes.running(name)?.pid === running.pid) await pause(50);
  }

  #passed(command: string, { code, stdout, stderr }: Outcome): string {
    if (code === 0) return stdout;
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-40).join("\n");
    throw new CommandFailure(`${command} ended with exit code ${code}:\n${said}`);
  }
}
