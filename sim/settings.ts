import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The loopback network that Pulumi.sim.yaml is written for. */
export const DEFAULT_NETWORK = "127.20.0";

const DEFAULT_FIRST_PORT = 26440;

/** Which sim: everything that two sims beside each other must not share. */
export interface SimSettings {
  /** The project: where Pulumi.yaml and index.ts are. */
  readonly projectDir: string;
  /** All that this sim keeps: control plane, Pulumi state, logs, process records. Removed by `down --purge`. */
  readonly stateDir: string;
  /** The Pulumi stack. */
  readonly stack: string;
  /** The stack's configuration. */
  readonly configFile: string;
  /** First of six TCP ports on 127.0.0.1 for the control plane, in the order of `ControlPlanePorts`. */
  readonly firstPort: number;
}

export interface ControlPlanePorts {
  readonly apiServer: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

export interface SimOptions {
  readonly stateDir?: string;
  readonly stack?: string;
  readonly config?: string;
  readonly firstPort?: number;
}

/**
 * The sim that the options name; without any, the one of `npm start`.
 * @throws Error when other ports are asked for than those that the control plane in the state folder was made with.
 */
export function simSettings(options: SimOptions = {}): SimSettings {
  const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));
  const stack = options.stack ?? "sim";
  const stateDir = resolve(options.stateDir ?? join(projectDir, ".edge-lab", "sim"));
  return {
    projectDir,
    stateDir,
    stack,
    configFile: resolve(options.config ?? join(projectDir, `Pulumi.${stack}.yaml`)),
    firstPort: firstPort(stateDir, options.firstPort),
  };
}

/** Ports are chosen once: kwokctl wrote them into certificates, arguments and the kubeconfig, which thus remembers them. */
function firstPort(stateDir: string, asked: number | undefined): number {
  const kubeconfig = kubeconfigFile({ stateDir });
  const text = existsSync(kubeconfig) ? readFileSync(kubeconfig, "utf8") : "";
  const made = /server: https:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
  if (made === undefined) return asked ?? DEFAULT_FIRST_PORT;
  if (asked === undefined || asked === Number(made)) return Number(made);
  throw new Error(
    `--first-port ${asked}: the sim in ${stateDir} was made with ${made} and keeps it. ` +
      "Fix: leave the option out, or begin anew after `npm stop -- --purge`.",
  );
}

/** The control plane's ports: fixed by the settings, so that a kubeconfig stays right across restarts. */
export function controlPlanePorts(settings: SimSettings): ControlPlanePorts {
  const first = settings.firstPort;
  return {
    apiServer: first,
    etcd: first + 1,
    etcdPeer: first + 2,
    controllerManager: first + 3,
    scheduler: first + 4,
    kwok: first + 5,
  };
}

/** What the simulated devices' process is started with: the devices that stand in the rack. */
export function devicesConfigFile(settings: Pick<SimSettings, "stateDir">): string {
  return join(settings.stateDir, "devices.json");
}

/** What the simulated machines' process is started with. */
export function machinesConfigFile(settings: Pick<SimSettings, "stateDir">): string {
  return join(settings.stateDir, "machines.json");
}

/** The administrator's kubeconfig of the sim's control plane. */
export function kubeconfigFile(settings: Pick<SimSettings, "stateDir">): string {
  return join(settings.stateDir, "kubeconfig");
}
