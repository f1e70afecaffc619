import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { PulumiWorkspace } from "../../sim/pulumi/pulumi-workspace.ts";
import { type SimSettings, simSettings } from "../../sim/settings.ts";
import { renderModuleManifests } from "../../tools/manifests/module-manifests.ts";
import { resolveTools, toolsPath } from "../../tools/resolver.ts";
import type { InfraNode } from "./infra-node.ts";
import { nginxImage } from "./support/nginx-image.ts";

const declaredObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({}),
});
/** An object of Kubernetes, as the program wrote it. */
export type DeclaredObject = z.output<typeof declaredObject>;
const exported = z.object({
  deployment: z.object({
    resources: z.array(z.object({ type: z.string(), inputs: z.unknown().optional() })),
  }),
});

/** What of a lab is not brought up: nothing here could run their pods, whose images only registries have. */
const elsewhere = ["lab-metal3", "lab-cluster-api", "lab-hosts"].map((name) => `**${name}**`);

const how = ["--yes", "--skip-preview", "--non-interactive", "--color", "never"];

/** Where the emulator and the image server answer on the node. */
export const labPorts = { emulator: 8443, images: 8088 } as const;

/**
 * The real program on a real node, by a Pulumi of its own: namespaces, certificates, the emulator and the image server, each
 * waited for as in any lab; the emulator's image is built on the way.
 */
export class NodeLab {
  readonly node: InfraNode;
  readonly #settings: SimSettings;
  readonly #excluded: readonly string[];
  #workspace: PulumiWorkspace | undefined;

  /** @param complete with the controllers of Metal3 and Cluster API, and with hosts: the node has to have their images. */
  constructor(node: InfraNode, { stack = "node", complete = false } = {}) {
    this.node = node;
    this.#excluded = complete ? [] : elsewhere;
    const { projectDir } = simSettings();
    const stateDir = join(projectDir, ".edge-lab", `${stack}-lab`);
    const config = join(projectDir, ".edge-lab", `Pulumi.${stack}.yaml`);
    this.#settings = simSettings({ stateDir, stack, config, firstPort: 1 });
  }

  /** As of a sim: what tools of the sim are told where things lie. */
  get settings(): SimSettings {
    return this.#settings;
  }

  /** Of what this Pulumi keeps, and of scratch. */
  get folder(): string {
    return this.#settings.stateDir;
  }

  /** The power device of its one host, which a test simulates on this machine. */
  get device() {
    const login = { username: "admin", password: "Simulated-1" };
    return { name: "m920q-1", host: this.node.machineAddress, port: 16_992, ...login } as const;
  }

  /** The stack's configuration. @param changes of whole keys of it. */
  stackFile(changes: Readonly<Record<string, unknown>> = {}): string {
    return stringify({ config: { ...this.#config(), ...changes } });
  }

  /** `pulumi up`. @param changes of whole keys of the stack's configuration. @returns what it printed. */
  async up(changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const workspace = await this.#prepared();
    writeFileSync(this.#settings.configFile, this.stackFile(changes));
    const excluded = this.#excluded.flatMap((pattern) => ["--exclude", pattern]);
    return workspace.run(["up", ...workspace.stackArguments(), ...how, ...excluded, "--exclude-dependents"]);
  }

  /** `pulumi destroy`. */
  async destroy(): Promise<void> {
    const workspace = await this.#prepared();
    await workspace.run(["destroy", ...workspace.stackArguments(), ...how]);
  }

  /** Removes what this Pulumi kept. */
  forget(): void {
    rmSync(this.#settings.stateDir, { recursive: true, force: true });
    rmSync(this.#settings.configFile, { force: true });
  }

  /** What the program declared of an API group, as Pulumi keeps it. @param group how its API versions begin: `cert-manager.io/`. */
  async declared(group: string): Promise<readonly DeclaredObject[]> {
    const workspace = await this.#prepared();
    const state = await workspace.run(["stack", "export", "--stack", this.#settings.stack]);
    const { resources } = exported.parse(JSON.parse(state)).deployment;
    return resources.flatMap(({ type, inputs }) =>
      type.startsWith(`kubernetes:${group}`) ? [declaredObject.parse(inputs)] : [],
    );
  }

  async output(name: string): Promise<string> {
    const workspace = await this.#prepared();
    const command = ["stack", "output", name, "--show-secrets", "--stack", this.#settings.stack];
    return (await workspace.run(command)).trim();
  }

  async #prepared(): Promise<PulumiWorkspace> {
    if (this.#workspace) return this.#workspace;
    mkdirSync(this.#settings.stateDir, { recursive: true });
    await renderModuleManifests();
    const tools = await resolveTools([
      "pulumi",
      "pulumi-language-nodejs",
      "pulumi-resource-kubernetes",
      "pulumi-resource-command",
    ]);
    const [pulumi] = tools;
    if (!pulumi) throw new Error("there is no pulumi");
    // RUN in a build without a container runtime, which refuses machines that withhold some rights.
    process.env.BUILDAH_ISOLATION ??= "chroot";
    this.#workspace = new PulumiWorkspace(this.#settings, pulumi.path, toolsPath(tools));
    await this.#workspace.prepare();
    return this.#workspace;
  }

  #config(): Readonly<Record<string, unknown>> {
    const { address, kubeconfig, ctr } = this.node;
    const network = address.replace(/\.\d+$/, "");
    const { name, host: at, port, username, password } = this.device;
    const [program, , socket] = ctr;
    const deliver = program === "ctr" ? { to: "containerd", socket } : { to: "k3s" };
    const provisioning = {
      interface: "eth0",
      address,
      cidr: `${network}.0/24`,
      dhcp: { rangeBegin: `${network}.200`, rangeEnd: `${network}.219` },
    };
    const host = {
      name,
      role: "control-plane",
      driver: "amt",
      address: `${at}:${port}`,
      cacheSeconds: 0,
      macs: ["00:00:5e:00:53:11"],
      rootDeviceHints: { deviceName: "/dev/sda" },
    };
    const caFile = process.env.NODE_EXTRA_CA_CERTS;
    const build = { base: "debian", deliver, ...(caFile === undefined ? {} : { caFile }) };
    const settings = {
      infra: { kubeconfig, storageClass: "local-path", provisioning },
      kubernetes: { version: "v1.34.3" },
      hosts: [host],
      credentials: { defaults: { amt: { username, password } } },
      clusters: [],
      nodeImage: { serve: { enabled: true, port: labPorts.images, size: "1Gi" } },
      emulator: { address: `${address}:${labPorts.emulator}`, build },
      manifests: { source: "modules", modules: "definitions" },
      versions: { images: { nginx: nginxImage } },
      protect: "nothing",
      preflight: "skip",
      await: "full",
    };
    return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`edge-lab:${key}`, value]));
  }
}
