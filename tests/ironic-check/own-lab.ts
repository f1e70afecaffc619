import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostConfig, LabConfig } from "../../components/config/index.ts";
import { emulatorConfig } from "../../components/redfish-emulator/emulator-config.ts";
import type { EmulatorConfigInput } from "../../emulator/src/config.ts";
import { retarget } from "../../sim/lab/retarget.ts";
import { devicesFile, devicesSocket, readSimLab } from "../../sim/lab/sim-lab.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { type SimSettings, simSettings } from "../../sim/settings.ts";
import { makePair } from "../../sim/standins/x509-pair.ts";
import type { CheckTarget } from "./check-target.ts";

export interface OwnLabOptions {
  /** First three numbers of loopback addresses of its own, so that it can run beside any sim and any other of its kind. */
  readonly network?: string;
  /** What is known about every machine, besides what its device tells. */
  readonly facts?: HostConfig["facts"];
}

/** Short, so that the end of a cached state can be waited for. */
const CACHE_SECONDS = 5;

/** A simulated plug has no capacitors to wait for. */
const PLUG_OFF_SECONDS = 1;

const USER = { username: "ironic", password: "Ironic-check-1", role: "Administrator" } as const;

/** What a child may take to come up on a machine under load. */
const START_MS = 60_000;

/**
 * The six hosts of Pulumi.sim.yaml as simulated devices and the real emulator in front of them: two processes, a
 * folder that goes away, and no Kubernetes. The emulator's file is made by the function that Pulumi uses.
 */
export class OwnLab {
  readonly target: CheckTarget;
  readonly #folder: string;
  readonly #children: readonly ChildProcess[];

  private constructor(target: CheckTarget, folder: string, children: readonly ChildProcess[]) {
    this.target = target;
    this.#folder = folder;
    this.#children = children;
  }

  /** @throws Error with the last words of the process that did not come up */
  static async start(options: OwnLabOptions = {}): Promise<OwnLab> {
    const folder = mkdtempSync(join(tmpdir(), "edge-lab-ironic-"));
    const children: ChildProcess[] = [];
    try {
      return new OwnLab(await startIn(folder, children, options), folder, children);
    } catch (error) {
      await end(children);
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await end(this.#children);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function startIn(
  folder: string,
  children: ChildProcess[],
  options: OwnLabOptions,
): Promise<CheckTarget> {
  const { settings, lab, host, port } = ownStack(folder, options);
  const { config, devices } = lab;

  mkdirSync(settings.stateDir, { recursive: true });
  const devicesConfig = secretFile(folder, "devices.json", devicesFile(settings, devices));
  children.push(await listening("sim/devices/main.ts", ["--config", devicesConfig], /"ready":true/));

  const tls = await certificates(folder, host);
  const { file, machinesFolder } = configuration(folder, emulatorConfig(config, [USER]));
  const data = join(folder, "data");
  const listen = `${host}:${port}`;
  const places = ["--config", file, "--machines-dir", machinesFolder, "--tls-dir", tls.folder];
  const args = [...places, "--data-dir", data, "--listen", listen];
  children.push(await listening("emulator/src/main.ts", args, /"listening"/));
  const url = `https://${listen}`;
  await waitUntil(() => ready(`${url}/readyz`, tls.caFile), { what: url, timeoutMs: START_MS });
  return {
    what: `an emulator of its own at ${url}`,
    url,
    username: USER.username,
    password: USER.password,
    caFile: tls.caFile,
    devices: devicesSocket(settings),
    machines: config.hosts.map((entry) => ({
      name: entry.name,
      kind: entry.driver === "amt" ? "amt" : "tapo",
      macs: entry.macs,
      cacheSeconds: entry.cacheSeconds ?? config.emulator.cacheSeconds,
      gracefulShutdown: entry.gracefulShutdown,
    })),
  };
}

/** The sim's stack on other addresses; one plug of it cuts the power where a graceful off is asked for. */
function ownStack(folder: string, { network = "127.31.2", facts }: OwnLabOptions) {
  const file = join(folder, "Pulumi.ironic.yaml");
  const sim = simSettings();
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(file, retarget(readFileSync(sim.configFile, "utf8"), { network, kubeconfig }));
  const settings: SimSettings = { ...sim, stateDir: join(folder, "state"), configFile: file };
  const { config, devices, emulator } = readSimLab(settings);
  const cutting = config.hosts.findLast(({ driver }) => driver === "tapo")?.name;
  const changed: LabConfig = {
    ...config,
    emulator: { ...config.emulator, cacheSeconds: CACHE_SECONDS },
    hosts: config.hosts.map((host) => ({
      ...host,
      ...(facts && { facts }),
      ...(host.driver === "tapo" && { options: { ...host.options, offSeconds: PLUG_OFF_SECONDS } }),
      ...(host.name === cutting && { gracefulShutdown: "forceOff" as const }),
    })),
  };
  return { settings, lab: { config: changed, devices }, host: emulator.host, port: emulator.port };
}

/** Every other machine has a file of its own, as all have in a lab: both ways must serve a machine whole. */
function configuration(
  folder: string,
  { machines, ...others }: EmulatorConfigInput,
): { readonly file: string; readonly machinesFolder: string } {
  const machinesFolder = join(folder, "machines");
  mkdirSync(machinesFolder);
  const listed = machines.filter((machine, index) => {
    if (index % 2 === 0) return true;
    secretFile(machinesFolder, `${machine.name}.json`, JSON.stringify(machine));
    return false;
  });
  return {
    file: secretFile(folder, "config.json", JSON.stringify({ machines: listed, ...others })),
    machinesFolder,
  };
}

function secretFile(folder: string, name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** An authority and the emulator's certificate from it, as cert-manager makes them in a lab. */
async function certificates(folder: string, address: string): Promise<{ folder: string; caFile: string }> {
  const life = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 86_400_000) };
  const plain = { organizations: [], dnsNames: [], uris: [], key: { algorithm: "ECDSA" as const }, ...life };
  const authority = await makePair({
    ...plain,
    commonName: "ironic-check",
    ipAddresses: [],
    isCA: true,
    usages: ["cert sign"],
  });
  const leaf = await makePair(
    {
      ...plain,
      commonName: "redfish-emulator",
      ipAddresses: [address],
      isCA: false,
      usages: ["server auth", "digital signature"],
    },
    authority,
  );
  const tls = join(folder, "tls");
  mkdirSync(tls);
  writeFileSync(join(tls, "tls.crt"), leaf.certificate);
  secretFile(tls, "tls.key", leaf.key);
  const caFile = join(folder, "ca.crt");
  writeFileSync(caFile, authority.certificate);
  return { folder: tls, caFile };
}

/** Starts one of the project's programs and resolves when it says so on standard output. */
async function listening(program: string, args: readonly string[], sign: RegExp): Promise<ChildProcess> {
  const { projectDir } = simSettings();
  const child = spawn(process.execPath, [join(projectDir, program), ...args], { cwd: projectDir });
  let said = "";
  const hear = (chunk: Buffer) => {
    // The devices tell every change of power: only what is needed for an error is kept.
    said = (said + chunk.toString("utf8")).slice(-20_000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  try {
    await waitUntil(() => sign.test(said), {
      what: program,
      timeoutMs: START_MS,
      everyMs: 20,
      giveUp: () => (child.exitCode === null ? undefined : `it ended with code ${child.exitCode}:\n${said}`),
    });
  } catch (error) {
    await end([child]);
    throw error;
  }
  return child;
}

function ready(url: string, caFile: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca: readFileSync(caFile), agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error("no answer in 5 s")));
    sent.end();
  });
}

/** The emulator first, so that it never finds its devices gone. */
async function end(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await gone;
    clearTimeout(late);
  }
}
