import { setTimeout as pause } from "node:timers/promises";
import { ApiProbe } from "./api-probe.ts";
import { ChangeFilter } from "./change-filter.ts";
import type { FlightRecord } from "./flight-record.ts";
import type { LabView } from "./lab-view.ts";
import { observed } from "./observed.ts";
import type { RecordFile } from "./record-file.ts";

const EVERY_MS = 1_000;
/** Counters change with every call; so often is enough to draw them and to sum them up. */
const COUNTERS_EVERY_MS = 5_000;

export interface FlightRecorderOptions {
  readonly view: LabView;
  readonly file: RecordFile;
  /** Called with each record, for those who watch. */
  readonly watch?: (record: FlightRecord) => void;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
}

/**
 * Writes down what happens to a lab while stories run. It looks once a second, keeps no more in memory than the present
 * state of each thing, and goes on when something is away, as much of a lab is at times.
 */
export class FlightRecorder {
  readonly #options: FlightRecorderOptions;
  readonly #filter = new ChangeFilter();
  readonly #end = new AbortController();
  readonly #probes = new Map<string, ApiProbe>();
  #running: Promise<unknown> | undefined;
  #countersAt = 0;

  constructor(options: FlightRecorderOptions) {
    this.#options = options;
  }

  start(): void {
    const { view, everyMs = EVERY_MS } = this.#options;
    const { signal } = this.#end;
    const looking = (async () => {
      while (!signal.aborted) {
        await this.look();
        await pause(everyMs, undefined, { signal }).catch(() => undefined);
      }
    })();
    const following = view.followPower(({ device, power, cause, at, boot }) => {
      const on = power === "on";
      this.#tell({ kind: "power", at: Date.parse(at), host: device, on, cause, boot: boot !== undefined });
    }, signal);
    this.#running = Promise.all([looking, following]);
  }

  /** Stops and has everything on disk. */
  async stop(): Promise<void> {
    for (const cluster of this.#probes.keys()) await this.stopAsking(cluster);
    this.#end.abort();
    await this.#running;
    await this.look(true);
  }

  /**
   * Looks once; what cannot be had now is had the next time.
   * @param counters the devices' counters too, however recently they were asked for.
   */
  async look(counters = false): Promise<void> {
    const { view } = this.#options;
    for (const event of view.events()) this.#tell(event);
    await this.#objects().catch(() => undefined);
    if (!counters && Date.now() - this.#countersAt < COUNTERS_EVERY_MS) return;
    this.#countersAt = Date.now();
    const devices = await view.devices().catch(() => []);
    for (const device of devices) this.#tell(...this.#filter.single(observed.calls(device, Date.now())));
  }

  /** Something that the flight itself did. */
  mark(story: string, text: string): void {
    this.#tell({ kind: "mark", at: Date.now(), story, text });
  }

  /**
   * Begins to ask a workload cluster's API each half second.
   * @throws Error when the cluster has no kubeconfig yet.
   */
  async askApi(cluster: string): Promise<void> {
    await this.stopAsking(cluster);
    const kubeconfig = await this.#options.view.kubeconfig(cluster);
    if (kubeconfig === undefined) throw new Error(`cluster ${cluster} has no kubeconfig yet: nothing to ask`);
    const probe = new ApiProbe(cluster, kubeconfig, (record) => this.#tell(...this.#filter.single(record)));
    this.#probes.set(cluster, probe);
  }

  async stopAsking(cluster: string): Promise<void> {
    const probe = this.#probes.get(cluster);
    this.#probes.delete(cluster);
    await probe?.stop();
  }

  /** All that was recorded so far, by time. */
  records(): FlightRecord[] {
    return this.#options.file.read();
  }

  async #objects(): Promise<void> {
    const { hosts, machines, clusters } = await this.#options.view.objects();
    const at = Date.now();
    this.#tell(
      ...this.#filter.complete(
        "host",
        hosts.map((item) => observed.host(item, at)),
        at,
      ),
      ...this.#filter.complete(
        "machine",
        machines.map((item) => observed.machine(item, at)),
        at,
      ),
      ...this.#filter.complete(
        "cluster",
        clusters.map((item) => observed.cluster(item, at)),
        at,
      ),
    );
  }

  #tell(...records: readonly FlightRecord[]): void {
    const { file, watch } = this.#options;
    file.append(records);
    for (const record of records) watch?.(record);
  }
}
