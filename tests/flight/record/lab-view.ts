import { existsSync } from "node:fs";
import { z } from "zod";
import { apiPaths } from "../../../cli/lab/api-paths.ts";
import { KubeApi } from "../../../cli/lab/kube-api.ts";
import { secretData } from "../../../cli/lab/secret-data.ts";
import type { DeviceSnapshot, PowerEvent } from "../../../sim/devices/simulated-device.ts";
import { deviceControl } from "../../../sim/lab/device-control.ts";
import { devicesSocket } from "../../../sim/lab/sim-lab.ts";
import { DevicesLink } from "../../../sim/machine/devices-link.ts";
import { kubeconfigFile, type SimSettings } from "../../../sim/settings.ts";
import { machinesFolder } from "../../../sim/steps/machines.ts";
import { EventTail } from "./event-tail.ts";
import type { EventRecord } from "./flight-record.ts";

const listSchema = z.object({ items: z.array(z.unknown()) });

/** What a flight recorder looks at. Everything may be away at any time: then it throws, and is asked again. */
export interface LabView {
  objects(): Promise<{
    readonly hosts: readonly unknown[];
    readonly machines: readonly unknown[];
    readonly clusters: readonly unknown[];
  }>;
  devices(): Promise<readonly DeviceSnapshot[]>;
  /** Machines' events since the last call. */
  events(): readonly EventRecord[];
  /** Tells each power change until the signal. */
  followPower(tell: (event: PowerEvent) => void, signal: AbortSignal): Promise<void>;
  /** The kubeconfig of a workload cluster; undefined as long as it has none. */
  kubeconfig(cluster: string): Promise<string | undefined>;
}

/** A running sim, seen by its infra cluster's API, the devices' socket and the machines' event files. */
export class SimView implements LabView {
  readonly #settings: SimSettings;
  readonly #tail: EventTail;

  constructor(settings: SimSettings) {
    this.#settings = settings;
    this.#tail = new EventTail(machinesFolder(settings));
  }

  async objects(): Promise<Awaited<ReturnType<LabView["objects"]>>> {
    const api = this.#api();
    // Not api.list(): while an API server starts up it does not know its custom kinds, which is not the same as none there.
    const list = async (path: string) => listSchema.parse(await api.get(path)).items;
    const [hosts, machines, clusters] = await Promise.all([
      list(apiPaths.hosts),
      list(apiPaths.machines),
      list(apiPaths.clusters),
    ]);
    return { hosts, machines, clusters };
  }

  devices(): Promise<DeviceSnapshot[]> {
    return deviceControl(this.#settings, "GET", "/devices");
  }

  events(): EventRecord[] {
    return this.#tail.next();
  }

  followPower(tell: (event: PowerEvent) => void, signal: AbortSignal): Promise<void> {
    return new DevicesLink(devicesSocket(this.#settings)).follow(
      { state: () => undefined, event: tell },
      signal,
    );
  }

  async kubeconfig(cluster: string): Promise<string | undefined> {
    const secret = await this.#api().find(apiPaths.kubeconfig(cluster));
    return secret === undefined ? undefined : secretData(secret, "value");
  }

  /** Anew each time: a lab that was begun anew has other certificates. */
  #api(): KubeApi {
    const file = kubeconfigFile(this.#settings);
    if (!existsSync(file)) throw new Error(`${file} is not there yet`);
    return KubeApi.fromFile(file, undefined);
  }
}
